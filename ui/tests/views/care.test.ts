import { page, userEvent } from 'vitest/browser';
import { afterEach, describe, expect, it } from 'vitest';

import { type MemoryBackend, refusal } from '../../src/backend/memory';
import { account, story } from '../../src/backend/stories';
import { accessible, all, one, settled, show } from '../window';

afterEach(async () => {
  document.documentElement.removeAttribute('dir');
  await page.viewport(760, 560);
});

async function accounts(backend: MemoryBackend = story('settings')) {
  const shown = await show(backend);
  shown.app.settings.show('accounts');
  await settled();
  return shown;
}

async function choose(item: string): Promise<void> {
  await userEvent.click(all('settings-account')[0]?.querySelector('[aria-haspopup]') as HTMLElement);
  await expect.poll(() => all(item)).toHaveLength(1);
  await accessible();
  await userEvent.click(one(item));
}

describe('an account in the settings', () => {
  it('says where its secret is and how old its key is', async () => {
    await accounts();
    expect(all('settings-account')[0]?.textContent).toMatch(/Key is \d+ days old/);
  });

  it('is asked to be shown and copied by its id', async () => {
    const { backend, app } = await accounts();
    const { id } = app.queue.accounts[0]!;
    await choose('account-reveal');
    await expect.poll(() => backend.asked('reveal_secret')).toEqual([{ id }]);
    await choose('account-copy');
    await expect.poll(() => backend.asked('copy_secret')).toEqual([{ id }]);
    await expect.poll(() => document.body.textContent).toContain('on the clipboard for 30 seconds');
  });

  it('says when the user declined, and nothing more', async () => {
    const { backend } = await accounts();
    backend.answers.copy_secret = () => {
      throw refusal('declined', 'The secret was not shown to anybody.');
    };
    await choose('account-copy');
    await settled();
    expect(document.body.textContent).not.toContain('on the clipboard for 30 seconds');
  });

  it('moves its secret, and the vault’s passphrase is asked for elsewhere', async () => {
    const { backend, app } = await accounts();
    const { id } = app.queue.accounts[0]!;
    backend.answers.keep_secret = () => ({ done: true });
    await choose('account-to-vault');
    await expect.poll(() => backend.asked('keep_secret')).toEqual([{ id, keeping: 'vault' }]);
    await expect.poll(() => document.body.textContent).toContain('in the vault now');
    expect(all('unlock-vault')).toHaveLength(0);
    expect(all('change-passphrase')).toHaveLength(0);
    backend.change(({ store, accounts: [first, ...rest] }) => ({
      store: { ...store, vault: 'locked' },
      accounts: [{ ...first!, keeping: 'vault' }, ...rest],
    }));
    await expect.poll(() => all('settings-account')[0]?.textContent).toContain('Vault file, locked');
    await userEvent.click(one('unlock-vault'));
    await expect.poll(() => backend.asked('unlock_vault')).toHaveLength(1);
    await userEvent.click(one('change-passphrase'));
    await expect.poll(() => backend.asked('change_passphrase')).toHaveLength(1);
    backend.tell({ kind: 'notice', value: { kind: 'passphraseChanged' } });
    await expect.poll(() => document.body.textContent).toContain('has its new passphrase');
  });
});

describe('editing', () => {
  it('asks for what was changed and for nothing else', async () => {
    const { backend, app } = await accounts();
    const { id } = app.queue.accounts[0]!;
    await choose('account-edit');
    await expect.poll(() => all('edit-sheet')).toHaveLength(1);
    await accessible();
    await userEvent.fill(one('edit-label'), 'Other name');
    await userEvent.selectOptions(one('edit-algorithm'), 'sha256');
    await userEvent.keyboard('{Tab}');
    await userEvent.click(one('edit-save'));
    await expect.poll(() => backend.asked('edit_account')).toEqual([{ id, label: 'Other name', algorithm: 'sha256' }]);
    await expect.poll(() => all('edit-sheet')).toHaveLength(0);
  });

  it('stays and says what is wrong', async () => {
    const { backend } = await accounts();
    backend.answers.edit_account = () => {
      throw refusal('bad_value', 'The cloud name has a character that no cloud name has.');
    };
    await choose('account-edit');
    await userEvent.fill(one('edit-cloud-name'), 'a b');
    await userEvent.click(one('edit-save'));
    await expect.poll(() => document.querySelector('[role=alert]')?.textContent).toContain('The cloud name');
    expect(all('edit-sheet')).toHaveLength(1);
  });
});

describe('changing a key', () => {
  it('goes from step to step, and the secret is typed elsewhere', async () => {
    const { backend, app } = await accounts();
    const { id } = app.queue.accounts[0]!;
    await choose('account-rotate');
    await expect.poll(() => all('rotate-sheet')).toHaveLength(1);
    await accessible();
    await userEvent.fill(one('rotate-key'), ' 111222333444555 ');
    await userEvent.click(one('rotate-begin'));
    await expect.poll(() => backend.asked('begin_rotation')).toEqual([{ id, apiKey: '111222333444555' }]);
    const with_ = (change: Partial<ReturnType<typeof account>>) =>
      backend.change(({ accounts: list }) => ({ accounts: list.map((one) => (one.id === id ? { ...one, ...change } : one)) }));
    with_({ rotation: { otherKey: '111222333444555', stage: 'added' } });
    await expect.poll(() => one('rotate-now').textContent).toContain('111222333444555 is kept');
    await accessible();
    await userEvent.click(one('rotate-switch'));
    await expect.poll(() => backend.asked('rotate').map(({ wish }) => wish)).toEqual(['test', 'switch']);
    await expect.poll(() => one('rotate-now').textContent).toContain('is kept until the first upload');
    expect(all('rotate-back')).toHaveLength(1);
    with_({ rotation: null });
    await expect.poll(() => one('rotate-now').textContent).toContain('erased from this computer');
    await userEvent.click(one('rotate-console'));
    expect(backend.asked('open_console')).toHaveLength(1);
    await accessible();
  });

  it('stops where the service refuses the new key', async () => {
    const { backend, app } = await accounts();
    const { id } = app.queue.accounts[0]!;
    backend.change(({ accounts: list }) => ({
      accounts: list.map((one) => (one.id === id ? { ...one, rotation: { otherKey: '222', stage: 'added' as const } } : one)),
    }));
    backend.answers.rotate = () => {
      throw refusal('wrong_key', 'The service does not know this API key.');
    };
    await choose('account-rotate');
    await userEvent.click(one('rotate-switch'));
    await expect.poll(() => document.querySelector('[role=alert]')?.textContent).toContain('does not know');
    expect(backend.asked('rotate')).toHaveLength(1);
    delete backend.answers.rotate;
    await userEvent.click(one('rotate-abandon'));
    await expect.poll(() => backend.asked('rotate').at(-1)?.wish).toBe('abandon');
    await expect.poll(() => all('rotate-key')).toHaveLength(1);
  });
});
