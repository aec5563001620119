import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';

import '../src/secret/secret.css';
import type { ProblemKind } from '../src/backend/contract';
import parts from '../src/secret/parts.ts?raw';
import passphrase from '../src/secret/passphrase.ts?raw';
import reveal from '../src/secret/reveal.ts?raw';
import source from '../src/secret/secret.ts?raw';
import { type SecretIpc, secretPage } from '../src/secret/secret';
import { accessible, all, one, settled } from './window';

class Desk implements SecretIpc {
  submitted: unknown[] = [];
  cancelled = 0;
  problem: { kind: ProblemKind; message: string; hint: string } | null = null;
  submit = async (request: unknown) => {
    this.submitted.push(request);
    if (this.problem !== null) throw { ...this.problem, retry: 'afterChange' };
  };
  passphrases: string[] = [];
  refused: { kind: ProblemKind; message: string; hint: string } | null = null;
  passphrase = async ({ passphrase }: { passphrase: string }) => {
    this.passphrases.push(passphrase);
    if (this.refused !== null) throw { ...this.refused, retry: 'afterChange' };
  };
  strength = async ({ passphrase }: { passphrase: string }) => ({ score: Math.min(4, Math.floor(passphrase.length / 5)) });
  changes: unknown[] = [];
  newPassphrase = async (request: unknown) => void this.changes.push(request);
  shown: { secret: string; seconds: number } = { secret: 'abcd-secret', seconds: 10 };
  reveal = async () => this.shown;
  cancel = async () => void (this.cancelled += 1);
}

let root: HTMLElement;
let desk: Desk;
const field = () => one('secret-field') as HTMLInputElement;

function open(query = 'label=Harbour+studio&cloud=harbour-studio&key=491672593812345'): void {
  secretPage(root, new URLSearchParams(query), desk);
}

beforeEach(() => {
  root = document.createElement('main');
  root.id = 'secret';
  document.body.append(root);
  desk = new Desk();
});

afterEach(() => root.remove());

describe('the secret window', () => {
  it('says whose secret, has one password field with the focus, and is accessible', async () => {
    open();
    expect(root.querySelector('h1')?.textContent).toBe('API secret for Harbour studio');
    expect(root.textContent).toContain('harbour-studio');
    expect(root.textContent).toContain('491672593812345');
    expect(root.querySelectorAll('input')).toHaveLength(1);
    expect(field().type).toBe('password');
    expect(field().autocomplete).toBe('off');
    expect(field().spellcheck).toBe(false);
    expect(document.activeElement).toBe(field());
    expect(one('secret-session')).not.toBeVisible();
    await accessible();
  });

  it('writes the query as text, never as markup', () => {
    open(`label=${encodeURIComponent('<img src=x onerror=alert(1)>')}&cloud=c&key=k`);
    expect(root.querySelector('img')).toBeNull();
    expect(root.querySelector('h1')?.textContent).toContain('<img');
  });

  it('sends the secret to the keyring and empties the field at once', async () => {
    open();
    await userEvent.fill(field(), '  abcd-secret\t');
    await userEvent.keyboard('{Enter}');
    expect(desk.submitted).toEqual([{ secret: 'abcd-secret', keeping: 'keyring' }]);
    expect(field().value).toBe('');
  });

  it('sends nothing when nothing was typed', async () => {
    open();
    await userEvent.click(one('secret-keep'));
    expect(desk.submitted).toEqual([]);
    expect(one('secret-problem').textContent).toContain('Type the API secret first.');
    await accessible();
  });

  it.each<ProblemKind>(['no_store', 'secret_missing', 'secret_locked', 'secret_denied', 'secret_timed_out'])('%s offers this session only', async (kind) => {
    desk.problem = { kind, message: 'The keyring cannot be used.', hint: 'Unlock it.' };
    open();
    await userEvent.fill(field(), 'abcd');
    await userEvent.click(one('secret-keep'));
    expect(one('secret-problem').getAttribute('role')).toBe('alert');
    await expect.poll(() => one('secret-problem').textContent).toContain('The keyring cannot be used.');
    expect(field().value).toBe('');
    expect(document.activeElement).toBe(field());
    await accessible();
    desk.problem = null;
    await userEvent.fill(field(), 'abcd');
    await userEvent.click(one('secret-session'));
    expect(desk.submitted.at(-1)).toEqual({ secret: 'abcd', keeping: 'session' });
  });

  it.each<ProblemKind>(['wrong_secret', 'internal', 'unreachable'])('%s does not', async (kind) => {
    desk.problem = { kind, message: 'The secret does not belong to the key.', hint: '' };
    open();
    await userEvent.fill(field(), 'abcd');
    await userEvent.click(one('secret-keep'));
    await expect.poll(() => one('secret-problem').textContent).toContain('does not belong');
    expect(one('secret-session')).not.toBeVisible();
  });

  it('sends once, however often it is pressed', async () => {
    let answer = () => {};
    const submit = desk.submit;
    desk.submit = async (request) => {
      await submit(request);
      await new Promise<void>((resolve) => (answer = resolve));
    };
    open();
    await userEvent.fill(field(), 'abcd');
    one('secret-keep').click();
    one('secret-keep').click();
    expect(field().disabled).toBe(true);
    answer();
    await settled();
    expect(desk.submitted).toHaveLength(1);
  });

  it('the vault is offered after the keyring, asks for a new passphrase, and gets the secret when it is open', async () => {
    desk.problem = { kind: 'no_store', message: 'No keyring.', hint: '' };
    open('vault=absent&label=Harbour+studio&cloud=harbour-studio&key=1');
    expect(one('secret-vault')).not.toBeVisible();
    await userEvent.fill(field(), 'abcd');
    await userEvent.click(one('secret-keep'));
    await expect.poll(() => one('secret-vault').hidden).toBe(false);
    desk.problem = null;
    await userEvent.click(one('secret-vault'));
    expect(one('secret-vault')).not.toBeVisible();
    await accessible();
    await userEvent.fill(field(), 'abcd');
    await userEvent.fill(one('passphrase-field'), 'seven lamps drift');
    await expect.poll(() => one('passphrase-score').textContent).toBe('Good enough');
    await userEvent.click(one('secret-keep'));
    expect(desk.passphrases).toEqual([]);
    expect(one('secret-problem').textContent).toContain('not the same');
    expect(field().value).toBe('abcd');
    await userEvent.fill(one('passphrase-again'), 'seven lamps drift');
    await userEvent.click(one('secret-keep'));
    await expect.poll(() => desk.submitted.at(-1)).toEqual({ secret: 'abcd', keeping: 'vault' });
    expect(desk.passphrases).toEqual(['seven lamps drift']);
  });

  it('a passphrase that is wrong leaves the secret in its field and nothing of itself', async () => {
    desk.problem = { kind: 'no_store', message: 'No keyring.', hint: '' };
    open('vault=locked&label=Harbour&cloud=harbour&key=1');
    await userEvent.fill(field(), 'abcd');
    await userEvent.click(one('secret-keep'));
    await expect.poll(() => one('secret-vault').hidden).toBe(false);
    await userEvent.click(one('secret-vault'));
    desk.refused = { kind: 'secret_denied', message: 'The passphrase is wrong.', hint: '' };
    await userEvent.fill(field(), 'abcd');
    await userEvent.fill(one('passphrase-field'), 'wrong');
    expect(all('passphrase-again')).toHaveLength(0);
    await userEvent.click(one('secret-keep'));
    await expect.poll(() => one('secret-problem').textContent).toContain('is wrong');
    expect(field().value).toBe('abcd');
    expect((one('passphrase-field') as HTMLInputElement).value).toBe('');
    expect(desk.submitted).toHaveLength(1);
  });

  it('a second key’s secret has one way to go', async () => {
    desk.problem = { kind: 'secret_locked', message: 'Locked.', hint: '' };
    open('mode=second&label=Harbour&cloud=harbour&key=2');
    expect(root.querySelector('h1')?.textContent).toBe('Secret of the new key for Harbour');
    await userEvent.fill(field(), 'abcd');
    await userEvent.click(one('secret-keep'));
    await expect.poll(() => one('secret-problem').textContent).toContain('Locked.');
    expect(one('secret-session')).not.toBeVisible();
    expect(one('secret-vault')).not.toBeVisible();
    await accessible();
  });

  it('Escape and Cancel leave with an empty field', async () => {
    open();
    await userEvent.fill(field(), 'abcd');
    await userEvent.keyboard('{Escape}');
    expect(desk.cancelled).toBe(1);
    expect(field().value).toBe('');
    [...root.querySelectorAll('button')].find(({ textContent }) => textContent === 'Cancel')?.click();
    expect(desk.cancelled).toBe(2);
  });

  it('keeps nothing and logs nothing', async () => {
    const logs = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
    open();
    await userEvent.fill(field(), 'abcd-secret');
    await userEvent.click(one('secret-keep'));
    expect(logs.flatMap((spy) => spy.mock.calls)).toEqual([]);
    expect(document.documentElement.outerHTML).not.toContain('abcd-secret');
    for (const text of [source, parts, passphrase, reveal]) expect(text).not.toMatch(/console|localStorage|sessionStorage|indexedDB|cookie|innerHTML|fetch\(/);
    for (const spy of logs) spy.mockRestore();
  });
});

describe('the secret window that shows', () => {
  const shown = () => one('secret-shown').textContent;

  it('counts for the eye, says it once for the ear, and lets go at the end', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      open('mode=reveal&label=Harbour&cloud=harbour&key=1');
      await expect.poll(shown).toBe('abcd-secret');
      expect(root.querySelectorAll('input')).toHaveLength(0);
      expect(one('secret-count').getAttribute('aria-hidden')).toBe('true');
      expect(root.querySelector('[role=status]')?.textContent).toBe('The API secret is shown for 10 s.');
      await accessible();
      vi.advanceTimersByTime(3000);
      expect(one('secret-count').textContent).toBe('Hidden in 7 s');
      expect(root.querySelector('[role=status]')?.textContent).toBe('The API secret is shown for 10 s.');
      vi.advanceTimersByTime(7000);
      expect(shown()).toBe('');
      expect(desk.cancelled).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('hides at once when asked', async () => {
    open('mode=reveal&label=Harbour&cloud=harbour&key=1');
    await expect.poll(shown).toBe('abcd-secret');
    expect(document.activeElement).toBe(one('secret-hide'));
    await userEvent.keyboard('{Enter}');
    expect(shown()).toBe('');
    expect(desk.cancelled).toBe(1);
  });
});

describe('the secret window for the vault', () => {
  it('asks for a new passphrase twice', async () => {
    open('mode=passphrase&vault=absent');
    expect(root.querySelector('h1')?.textContent).toBe('New vault');
    expect(document.activeElement).toBe(one('passphrase-field'));
    await accessible();
    await userEvent.keyboard('{Enter}');
    expect(one('secret-problem').textContent).toContain('first');
    await userEvent.fill(one('passphrase-field'), 'seven lamps drift');
    await userEvent.fill(one('passphrase-again'), 'seven lamps drift');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => desk.passphrases).toEqual(['seven lamps drift']);
    expect((one('passphrase-again') as HTMLInputElement).value).toBe('');
  });

  it('asks once for the one that is there, and says when it is wrong', async () => {
    desk.refused = { kind: 'secret_denied', message: 'The passphrase is wrong.', hint: '' };
    open('mode=passphrase&vault=locked');
    expect(root.querySelectorAll('input')).toHaveLength(1);
    await userEvent.fill(one('passphrase-field'), 'wrong');
    await userEvent.click(one('passphrase-go'));
    await expect.poll(() => one('secret-problem').textContent).toContain('is wrong');
    expect(document.activeElement).toBe(one('passphrase-field'));
    await accessible();
    await userEvent.keyboard('{Escape}');
    expect(desk.cancelled).toBe(1);
  });
});

describe('a new passphrase for the vault', () => {
  it('asks for the one it has and twice for the new one, and keeps none of them', async () => {
    open('mode=change-passphrase&vault=open');
    expect(root.querySelector('h1')?.textContent).toContain('Change');
    expect(document.activeElement).toBe(one('passphrase-before'));
    await accessible();
    await userEvent.keyboard('{Enter}');
    expect(one('secret-problem').textContent).toContain('has now');
    await userEvent.fill(one('passphrase-before'), 'seven lamps drift');
    await userEvent.fill(one('passphrase-field'), 'twelve copper otters');
    await userEvent.fill(one('passphrase-again'), 'twelve copper otter');
    await userEvent.keyboard('{Enter}');
    expect(one('secret-problem').textContent).toContain('not the same');
    expect(desk.changes).toEqual([]);
    await userEvent.fill(one('passphrase-again'), 'twelve copper otters');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => desk.changes).toEqual([{ old: 'seven lamps drift', passphrase: 'twelve copper otters' }]);
    for (const field of root.querySelectorAll('input')) expect(field.value).toBe('');
    expect(document.activeElement).toBe(one('passphrase-before'));
  });
});

describe('the passphrase of a backup', () => {
  it('is typed twice for one that is made, and once for one that is opened', async () => {
    open('mode=new-backup');
    expect(root.querySelector('h1')?.textContent).toBe('Passphrase of the backup');
    expect(root.querySelectorAll('input')).toHaveLength(2);
    await accessible();
    root.replaceChildren();
    open('mode=backup&vault=open');
    expect(root.querySelector('h1')?.textContent).toBe('Open the backup');
    expect(root.querySelectorAll('input')).toHaveLength(1);
    await userEvent.fill(one('passphrase-field'), 'twelve copper otters');
    await userEvent.click(one('passphrase-go'));
    await expect.poll(() => desk.passphrases).toEqual(['twelve copper otters']);
  });
});
