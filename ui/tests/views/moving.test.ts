import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';

import { refusal } from '../../src/backend/memory';
import { story } from '../../src/backend/stories';
import type { AuditEntry, BackupView, LyingView } from '../../src/backend/contract';
import { accessible, all, one, settled, show } from '../window';

async function accounts() {
  const shown = await show(story('settings'));
  shown.app.settings.show('accounts');
  await settled();
  return shown;
}

const lying: LyingView = {
  number: 1,
  foundIn: 'dotEnv',
  place: '/home/ada/site/.env:3',
  name: 'CLOUDINARY_URL',
  cloudName: 'harbour-studio',
  apiKey: '491672593812345',
  host: null,
  git: 'tracked',
  public: false,
  savedAs: null,
};

describe('accounts that lie about', () => {
  it('are listed with their warnings, taken over, then removed where they lay', async () => {
    const { backend, app } = await accounts();
    backend.answers.find_accounts = () => ({ accounts: [lying], notTaken: [{ place: '/home/ada/x/.env:1', name: 'A', why: 'The API key is missing.' }], troubles: [] });
    const account = { ...app.queue.accounts[0]!, label: 'Harbour', cloudName: 'harbour-studio' };
    backend.answers.take_over = () => account;
    await userEvent.click(one('find-accounts'));
    await expect.poll(() => all('lying')).toHaveLength(1);
    expect(one('lying').textContent).toContain('/home/ada/site/.env:3');
    expect(one('lying').textContent).toContain('change the key');
    expect(one('find-sheet').textContent).toContain('The API key is missing.');
    await accessible();
    expect(all('lying-remove')).toHaveLength(0);
    await userEvent.click(one('lying-import'));
    await expect.poll(() => backend.asked('take_over')).toEqual([{ number: 1 }]);
    await expect.poll(() => one('lying-here').textContent).toContain('Harbour');
    await userEvent.click(one('lying-remove'));
    await expect.poll(() => backend.asked('remove_there')).toEqual([{ number: 1 }]);
    await expect.poll(() => all('lying-remove')).toHaveLength(0);
    await userEvent.click(one('find-files'));
    await expect.poll(() => backend.asked('find_accounts')).toEqual([{ pick: false }, { pick: true }]);
  });

  it('say why one could not be taken over', async () => {
    const { backend } = await accounts();
    backend.answers.find_accounts = () => ({ accounts: [lying], notTaken: [], troubles: [] });
    backend.answers.take_over = () => {
      throw refusal('bad_value', '“Harbour” has another secret for the same key.');
    };
    await userEvent.click(one('find-accounts'));
    await expect.poll(() => all('lying-import')).toHaveLength(1);
    await userEvent.click(one('lying-import'));
    await expect.poll(() => one('find-sheet').textContent).toContain('another secret');
    expect(all('lying-here')).toHaveLength(0);
  });
});

describe('a backup', () => {
  const backup: BackupView = {
    madeAt: 1_767_225_600_000,
    accounts: [
      { number: 0, label: 'Photos', cloudName: 'first', entrance: '847362519283746', here: null, renamed: 'Photos 2' },
      { number: 1, label: 'Films', cloudName: 'second', entrance: '847362519283746', here: 'Films', renamed: null },
    ],
  };

  it('is shown before anything comes back, without what is here already', async () => {
    const { backend } = await accounts();
    backend.answers.opened_backup = () => backup;
    await userEvent.click(one('import-backup'));
    await expect.poll(() => backend.asked('import_backup')).toHaveLength(1);
    backend.tell({ kind: 'notice', value: { kind: 'backupOpened' } });
    await expect.poll(() => all('backup-account')).toHaveLength(2);
    await accessible();
    await userEvent.click(one('backup-restore'));
    await expect.poll(() => backend.asked('restore_accounts')).toEqual([{ numbers: [0], renew: false }]);
    await expect.poll(() => all('backup-sheet')).toHaveLength(0);
  });

  it('is let go of when its sheet is closed', async () => {
    const { backend } = await accounts();
    backend.answers.opened_backup = () => backup;
    backend.tell({ kind: 'notice', value: { kind: 'backupOpened' } });
    await expect.poll(() => all('backup-sheet')).toHaveLength(1);
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => backend.asked('close_backup')).toHaveLength(1);
    await expect.poll(() => all('backup-sheet')).toHaveLength(0);
  });

  it('is made of all accounts, and told when it is written', async () => {
    const { backend, app } = await accounts();
    await userEvent.click(one('export-accounts'));
    await expect.poll(() => backend.asked('export_accounts')).toEqual([{ ids: [] }]);
    backend.tell({ kind: 'notice', value: { kind: 'exported', value: 2 } });
    await expect.poll(() => document.body.textContent).toContain('Accounts in it: 2.');
    expect(app.sheet).toBeNull();
  });
});

describe('the audit log', () => {
  const entry = (number: number): AuditEntry => ({
    number,
    at: 1_767_225_600_000 + number * 86_400_000,
    account: 'Harbour studio',
    what: number % 2 === 0 ? 'Signature given' : 'Secret shown',
    who: 'in the window',
    names: number % 2 === 0 ? ['folder', 'timestamp'] : [],
  });

  it('is read, searched, followed into the past and checked', async () => {
    const backend = story('settings');
    backend.log = Array.from({ length: 150 }, (_, index) => entry(150 - index));
    const { app } = await show(backend);
    app.settings.show('audit');
    await expect.poll(() => all('log-entry')).toHaveLength(100);
    await accessible();
    await userEvent.click(one('log-older'));
    await expect.poll(() => all('log-entry')).toHaveLength(150);
    expect(all('log-older')).toHaveLength(0);
    await userEvent.fill(one('log-search'), 'shown');
    await expect.poll(() => all('log-entry')).toHaveLength(75);
    await userEvent.fill(one('log-search'), 'nothing of the kind');
    await expect.poll(() => all('log-none')).toHaveLength(1);
    backend.answers.check_audit = () => ({ sound: false, words: 'The log was changed: line 2 of /x is not as it was written.' });
    await userEvent.click(one('log-check'));
    await expect.poll(() => one('log-checked').textContent).toContain('line 2');
    await userEvent.click(one('log-save-csv'));
    await expect.poll(() => backend.asked('save_audit')).toEqual([{ format: 'csv' }]);
  });
});
