import { afterEach, beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';

import '../src/secret/secret.css';
import windows from '../../src-tauri/src/windows.rs?raw';
import { type SecretIpc, secretPage } from '../src/secret/secret';
import { speak } from '../src/state/language.svelte';
import { settled } from './window';

const LANGUAGES = ['en', 'de', 'es', 'ja', 'ar'];
/** Who is asked for, and how the vault is: every page that the window can show. */
const PAGES = {
  Type: ['mode=type&vault=absent', 'mode=type&vault=locked'],
  SecondKey: ['mode=second&vault=absent'],
  Reveal: ['mode=reveal&vault=open'],
  Passphrase: ['mode=passphrase&vault=absent', 'mode=passphrase&vault=locked'],
  ChangePassphrase: ['mode=change-passphrase&vault=locked'],
  NewBackup: ['mode=new-backup&vault=absent'],
  OpenBackup: ['mode=backup&vault=absent'],
};

const ipc: SecretIpc = {
  submit: async () => {},
  passphrase: async () => {},
  strength: async () => ({ score: 0 }),
  newPassphrase: async () => {},
  reveal: async () => ({ secret: 'abcdefghijklmnopqrstuvwxyz0', seconds: 10 }),
  cancel: async () => {},
};

let root: HTMLElement;
beforeEach(() => {
  root = document.createElement('main');
  root.id = 'secret';
  document.body.append(root);
});
afterEach(async () => {
  root.remove();
  document.documentElement.style.fontSize = '';
  speak('en');
  await page.viewport(760, 560);
});

/** The height that the program gives the window for it. */
function given(mode: string): number {
  return Number(new RegExp(`SecretMode::${mode} => ([0-9.]+),`).exec(windows)?.[1]);
}

async function needs(query: string, language: string): Promise<number> {
  speak(language);
  secretPage(root, new URLSearchParams(`${query}&label=Harbour+studio&cloud=harbour-studio&key=491672593812345`), ipc);
  await settled();
  return root.scrollHeight;
}

it('is as high as what it shows, in every language', async () => {
  await page.viewport(480, 100);
  const found: string[] = [];
  for (const [mode, queries] of Object.entries(PAGES)) {
    let most = 0;
    for (const query of queries) for (const language of LANGUAGES) most = Math.max(most, await needs(query, language));
    const spare = given(mode) - most;
    // No page is cut, and none has more than two lines of nothing.
    if (!(spare >= 0 && spare <= 48)) found.push(`${mode}: needs ${most}, has ${given(mode)}`);
  }
  expect(found).toEqual([]);
});

it('reaches its last button by scrolling where the text is twice as large', async () => {
  document.documentElement.style.fontSize = '200%';
  for (const [mode, queries] of Object.entries(PAGES)) {
    await page.viewport(480, given(mode));
    for (const query of queries) {
      await needs(query, 'de');
      expect([mode, root.scrollWidth]).toEqual([mode, root.clientWidth]);
      root.scrollTop = root.scrollHeight;
      const acts = root.querySelector('.acts:not([hidden])')?.getBoundingClientRect();
      expect([mode, acts !== undefined && acts.bottom <= given(mode)]).toEqual([mode, true]);
    }
  }
});
