import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';

import '../src/secret/secret.css';
import type { ProblemKind } from '../src/backend/contract';
import source from '../src/secret/secret.ts?raw';
import { type SecretIpc, secretPage } from '../src/secret/secret';
import { accessible, one, settled } from './window';

class Desk implements SecretIpc {
  submitted: unknown[] = [];
  cancelled = 0;
  problem: { kind: ProblemKind; message: string; hint: string } | null = null;
  submit = async (request: unknown) => {
    this.submitted.push(request);
    if (this.problem !== null) throw { ...this.problem, retry: 'afterChange' };
  };
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
    expect(source).not.toMatch(/console|localStorage|sessionStorage|indexedDB|cookie|innerHTML|fetch\(/);
    for (const spy of logs) spy.mockRestore();
  });
});
