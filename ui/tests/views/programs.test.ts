import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';

import type { ClientView } from '../../src/backend/contract';
import { refusal } from '../../src/backend/memory';
import { story } from '../../src/backend/stories';
import { accessible, all, one, settled, show } from '../window';

const shop: ClientView = {
  name: 'http://localhost:3000',
  hasToken: false,
  account: 'Holiday',
  maySign: true,
  mayUpload: false,
  roots: [],
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

  it('get a token that no page sees', async () => {
    const { backend, app } = await opened();
    expect((one('make-token') as HTMLButtonElement).disabled).toBe(true);
    await page.getByLabelText('Program', { exact: true }).fill('Obsidian');
    await page.getByLabelText('What it may do').selectOptions('Upload from a folder');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await expect.poll(() => all('agent-client')).toHaveLength(1);
    const [asked] = backend.asked('make_token');
    expect(asked).toEqual({ label: 'Obsidian', account: app.queue.accounts[0]?.id, uploads: true });
    expect(document.body.textContent).toContain('The token is on the clipboard');
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
