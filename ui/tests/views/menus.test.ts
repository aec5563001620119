import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { MemoryBackend, refusal } from '../../src/backend/memory';
import { job, problem, snapshot, story } from '../../src/backend/stories';
import { actions, isHere } from '../../src/state/actions';
import { accessible, all, one, settled, show } from '../window';

const keys = userEvent.keyboard;

describe('the add menu', () => {
  it.each([
    ['add-files', 'add', { from: 'fileDialog', account: null, choices: null }],
    ['add-folder', 'add', { from: 'folderDialog', account: null, choices: null }],
    ['paste', 'add', { from: 'clipboard', account: null, choices: null }],
    ['open-widget', 'open_widget', null],
  ] as const)('%s asks for %s', async (testid, name, request) => {
    const { backend } = await show(story('busy'));
    await userEvent.click(one('add-menu'));
    await expect.poll(() => all(testid)).toHaveLength(1);
    await userEvent.click(one(testid));
    await expect.poll(() => backend.asked(name)).toEqual([request]);
  });

  it('works with the keyboard and is accessible', async () => {
    const { backend } = await show(story('busy'));
    one('add-menu').focus();
    await keys('{Enter}');
    await expect.element(page.getByRole('menu')).toBeVisible();
    await accessible();
    await keys('{ArrowDown}{Enter}');
    await expect.poll(() => backend.calls.length).toBe(2);
    await expect.poll(() => document.activeElement).toBe(one('add-menu'));
  });
});

describe('the account menu', () => {
  it('switches, and marks the active one', async () => {
    const { backend } = await show(story('busy'));
    await userEvent.click(one('account-menu'));
    const item = page.getByRole('menuitemradio', { name: /Reader photos/ });
    await expect.element(item).toBeVisible();
    await expect.element(page.getByRole('menuitemradio', { name: /Harbour studio/ })).toHaveAttribute('aria-checked', 'true');
    await accessible();
    await item.click();
    await expect.poll(() => backend.asked('use_account')).toEqual([{ id: 'preset' }]);
    await expect.poll(() => one('account-menu').textContent).toContain('Reader photos');
  });

  it('checks the account and says the outcome', async () => {
    const { backend } = await show(story('busy'));
    await userEvent.click(one('account-menu'));
    await page.getByRole('menuitem', { name: 'Check account' }).click();
    await expect.poll(() => one('live-region').textContent).toContain('Cloudinary confirmed Harbour studio.');
    expect(backend.asked('verify_account')).toEqual([{ id: 'harbour' }]);
  });

  it('asks for removal, which the program confirms by itself', async () => {
    const { backend } = await show(story('busy'));
    await userEvent.click(one('account-menu'));
    await page.getByRole('menuitem', { name: 'Remove account…' }).click();
    await expect.poll(() => backend.asked('remove_account')).toEqual([{ id: 'harbour' }]);
  });

  it('renames in a dialog that shows what was wrong', async () => {
    const { backend } = await show(story('busy'));
    await userEvent.click(one('account-menu'));
    await page.getByRole('menuitem', { name: 'Rename account…' }).click();
    await expect.poll(() => all('rename-sheet')).toHaveLength(1);
    await expect.poll(() => document.activeElement).toBe(one('rename-label'));
    await accessible();
    backend.answers.rename_account = () => {
      throw refusal('bad_value', 'Another account has this name.');
    };
    await userEvent.fill(one('rename-label'), 'Studio');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await expect.poll(() => one('rename-sheet').textContent).toContain('Another account has this name.');
    backend.answers = {};
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await expect.poll(() => all('rename-sheet')).toHaveLength(0);
    expect(one('account-menu').textContent).toContain('Studio');
  });

  it('adds another account over the list, and comes back', async () => {
    await show(story('busy'));
    await userEvent.click(one('account-menu'));
    await page.getByRole('menuitem', { name: 'Add account…' }).click();
    await expect.poll(() => all('onboarding')).toHaveLength(1);
    await userEvent.click(one('back'));
    expect(all('job-list')).toHaveLength(1);
  });
});

describe('the sheet of shortcuts', () => {
  it('opens with ?, lists every key of the registry, and closes with Escape', async () => {
    const { app } = await show(story('busy'));
    await keys('?');
    await expect.poll(() => all('shortcuts-sheet')).toHaveLength(1);
    const shown = one('shortcuts-sheet').querySelectorAll('dl > div').length;
    expect(shown).toBe(actions.filter((one) => one.key !== null && isHere(one, app)).length + 7);
    await accessible();
    await keys('{Escape}');
    await expect.poll(() => all('shortcuts-sheet')).toHaveLength(0);
  });

  it('keeps the list’s keys from working behind it', async () => {
    const { backend } = await show(story('busy'));
    await keys('?');
    await expect.poll(() => all('shortcuts-sheet')).toHaveLength(1);
    await keys('{Control>}o{/Control}');
    expect(backend.calls).toHaveLength(1);
  });
});

describe('details', () => {
  const failed = () => job({ id: 7, name: 'broken.jpg', state: 'failed', problem: problem('not_an_image', 'It is not an image.', 'Open it here to check it.', 'never') });

  it('show the problem, the hint and the redacted answer', async () => {
    const { backend } = await show(new MemoryBackend(snapshot({ jobs: [failed()] })));
    await userEvent.click(one('job-action'));
    await expect.poll(() => one('details-sheet').textContent).toContain('Invalid image file');
    expect(backend.asked('job_details')).toEqual([{ id: 7 }]);
    for (const words of ['Not an image', 'It is not an image.', 'Open it here to check it.', '/home/ada/Pictures/harbour.jpg', 'REDACTED']) {
      expect(one('details-sheet').textContent).toContain(words);
    }
    await accessible();
  });

  it('say when they cannot be read', async () => {
    const backend = new MemoryBackend(snapshot({ jobs: [failed()] }), {
      job_details: () => {
        throw refusal('gone', 'The row is no longer there.');
      },
    });
    await show(backend);
    await userEvent.click(one('job-action'));
    await expect.poll(() => one('details-sheet').textContent).toContain('The row is no longer there.');
    await accessible();
  });

  it('say that they are being read', async () => {
    const backend = new MemoryBackend(snapshot({ jobs: [failed()] }), { job_details: () => new Promise(() => {}) });
    await show(backend);
    await userEvent.click(one('job-action'));
    await expect.poll(() => one('details-sheet').textContent).toContain('Reading…');
    await settled();
  });
});
