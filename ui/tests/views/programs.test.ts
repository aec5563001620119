import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import type { ClientView } from '../../src/backend/contract';
import { refusal } from '../../src/backend/memory';
import { story } from '../../src/backend/stories';
import { accessible, all, one, settled, show } from '../window';

const shop: ClientView = {
  name: 'http://localhost:3000',
  hasToken: false,
  account: 'Holiday',
  accountId: 'holiday',
  maySign: true,
  mayUpload: false,
  roots: [],
  uploadPreset: null,
  folder: null,
  once: false,
  until: null,
  denied: false,
};

async function opened(made = story('settings')) {
  const shown = await show(made);
  shown.app.settings.show('programs');
  await settled();
  return shown;
}

const alert = () => document.querySelector('[role="alert"]')?.textContent;

describe('other programs', () => {
  it('may ask after a switch, at a port of one’s own', async () => {
    const { backend } = await opened();
    await page.getByRole('switch').click();
    await expect.poll(() => (one('agent') as HTMLInputElement).checked).toBe(true);
    await page.getByLabelText('Port').fill('4711');
    await page.getByLabelText('Port').element().dispatchEvent(new Event('change', { bubbles: true }));
    await expect.poll(() => backend.asked('set_agent')).toEqual([{ on: true, port: null }, { on: true, port: 4711 }]);
    expect(document.body.textContent).toContain('http://127.0.0.1:4711');
    await accessible();
  });

  it('keep what was before when it is refused', async () => {
    const made = story('settings');
    made.answers = {
      set_agent: () => {
        throw refusal('not_here', 'Another program has the port.');
      },
    };
    await opened(made);
    const field = one('agent-port') as HTMLInputElement;
    await page.getByLabelText('Port').fill('80');
    field.dispatchEvent(new Event('change', { bubbles: true }));
    await expect.poll(alert).toContain('Another program has the port');
    expect(field.value).toBe('25638');
  });

  it('are listed with what they may, and forgotten', async () => {
    const made = story('settings');
    const once = { ...shop, name: 'http://localhost:4000', once: true, until: 1_800_000_000 };
    const hour = { ...shop, name: 'Typora', hasToken: true, maySign: false, mayUpload: true, roots: ['/home/ada/notes'], until: 1_800_000_000 };
    const denied = { ...shop, name: 'https://example.com', denied: true };
    made.agent = { ...made.agent, clients: [shop, once, hour, denied] };
    const { backend } = await opened(made);
    const texts = all('agent-client').map((row) => row.textContent);
    expect(texts[0]).toContain('Holiday · has uploads signed');
    expect(texts[1]).toContain('once');
    expect(texts[2]).toContain('uploads from /home/ada/notes');
    expect(texts[2]).toMatch(/until .*2027/);
    expect(texts[3]).toContain('denied');
    await accessible();
    await page.getByRole('button', { name: 'Forget http://localhost:3000' }).click();
    await expect.poll(() => all('agent-client')).toHaveLength(3);
    expect(backend.asked('forget_client')).toEqual([{ label: 'http://localhost:3000' }]);
  });

  it('are held to account, preset and folder by keyboard, after a dialog', async () => {
    const made = story('settings');
    const first = made.snapshot.accounts[0]!;
    const second = { ...first, id: 'acc-second', label: 'Second studio' };
    made.snapshot = { ...made.snapshot, accounts: [...made.snapshot.accounts, second] };
    const client = { ...shop, account: first.label, accountId: first.id };
    const denied = { ...shop, name: 'https://example.com', denied: true };
    made.agent = { ...made.agent, clients: [client, denied] };
    const held = { label: shop.name, account: second.id, uploadPreset: 'blog', folder: 'drafts/2026' };
    // The dialog is put away the first time.
    made.answers = { edit_client: () => made.agent };
    const { backend } = await opened(made);
    expect(all('agent-edit')).toHaveLength(1);
    one('agent-edit').focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => document.activeElement).toBe(one('client-account'));
    await userEvent.selectOptions(one('client-account'), second.id);
    await userEvent.keyboard('{Tab}blog{Tab}drafts/2026{Enter}');
    await expect.poll(() => backend.asked('edit_client')).toEqual([held]);
    await settled();
    expect(all('client-sheet')).toHaveLength(1);
    await accessible();

    made.answers = {};
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => all('client-sheet')).toHaveLength(0);
    const text = all('agent-client')[0]?.textContent;
    for (const said of [second.label, 'only with the upload preset blog', 'only into the folder drafts/2026']) expect(text).toContain(said);
    await expect.poll(() => document.activeElement).toBe(one('agent-edit'));
    await accessible();
  });

  it('have what was refused said in the sheet, which fits into 320 pixels', async () => {
    await page.viewport(320, 560);
    const made = story('settings');
    const notes = { ...shop, name: 'Typora', hasToken: true, account: null, accountId: 'gone', maySign: false, mayUpload: true, roots: ['/home/ada/notes'] };
    const blog = { ...shop, uploadPreset: 'blog', folder: 'drafts/2026' };
    made.agent = { ...made.agent, clients: [blog, notes] };
    made.answers = {
      edit_client: () => {
        throw refusal('gone', '“Typora” is not among the clients.');
      },
    };
    const { app } = await opened(made);
    const narrow = () => expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
    narrow();
    await userEvent.click(all('agent-edit')[1]!);
    await expect.poll(() => all('client-sheet')).toHaveLength(1);
    // It only uploads, and its account is to be chosen anew.
    expect(all('client-preset')).toHaveLength(0);
    expect((one('client-save') as HTMLButtonElement).disabled).toBe(true);
    await userEvent.selectOptions(one('client-account'), app.queue.accounts[0]!.id);
    await userEvent.click(one('client-save'));
    await expect.poll(() => one('client-sheet').querySelector('[role="alert"]')?.textContent).toContain('not among the clients');
    narrow();
    await accessible();
    await page.viewport(760, 560);
  });

  it('get a token that no page sees', async () => {
    const { backend, app } = await opened();
    expect((one('make-token') as HTMLButtonElement).disabled).toBe(true);
    await page.getByLabelText('Program', { exact: true }).fill('Obsidian');
    await page.getByLabelText('What it may do').selectOptions('Upload from a folder');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await expect.poll(() => all('agent-client')).toHaveLength(1);
    const [asked] = backend.asked('make_token');
    expect(asked).toEqual({ label: 'Obsidian', account: app.queue.accounts[0]?.id, uploads: true });
    expect(document.body.textContent).toContain('The token is on the clipboard for 30 seconds');
    expect(one('agent-client').textContent).toContain('/home/ada/notes');
  });

  it('say nothing of a token when the dialog was put away', async () => {
    const made = story('settings');
    made.answers = { make_token: () => made.agent };
    await opened(made);
    await page.getByLabelText('Program', { exact: true }).fill('Obsidian');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await settled();
    expect(document.body.textContent).not.toContain('The token is on the clipboard');
    expect((one('token-label') as HTMLInputElement).value).toBe('Obsidian');
  });
});
