import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { refusal } from '../../src/backend/memory';
import { story } from '../../src/backend/stories';
import { accessible, all, one, settled, show } from '../window';

const keys = userEvent.keyboard;

afterEach(async () => {
  await page.viewport(760, 560);
});

describe('locked', () => {
  it('is one banner, in place of every other, and each row that waits says why', async () => {
    const { backend } = await show(story('locked'));
    backend.change(({ accounts }) => ({
      accounts: accounts.map((account) => ({ ...account, problem: { kind: 'wrong_key', message: 'Unknown key.', hint: '', retry: 'afterChange' } as const })),
    }));
    await settled();
    expect(one('locked-banner').textContent).toContain('Locked. Uploads wait.');
    expect(all('banner')).toHaveLength(0);
    expect(one('job-list').textContent).toContain('Waiting. Aloft is locked');
    await accessible();
  });

  it('is left by the banner’s button, the footer’s and the key', async () => {
    const { backend } = await show(story('locked'));
    const again = async () => {
      backend.change(() => ({ locked: true }));
      await settled();
    };
    await userEvent.click(one('unlock'));
    await expect.poll(() => all('locked-banner')).toHaveLength(0);
    await again();
    await page.getByRole('button', { name: 'Unlock' }).last().click();
    await expect.poll(() => all('locked-banner')).toHaveLength(0);
    await again();
    await keys('{Control>}{Shift>}k{/Shift}{/Control}');
    await expect.poll(() => all('locked-banner')).toHaveLength(0);
    expect(backend.asked('unlock')).toHaveLength(3);
  });

  it('stays when the user or a keyring says no, and says the keyring’s reason', async () => {
    const { backend } = await show(story('locked'));
    backend.answers.unlock = () => {
      throw refusal('secret_denied', 'The system’s keyring did not let Aloft in.');
    };
    await userEvent.click(one('unlock'));
    await expect.poll(() => document.body.textContent).toContain('did not let Aloft in');
    expect(all('locked-banner')).toHaveLength(1);
  });
});

describe('not locked', () => {
  it('can be locked by the footer’s named button, the key and the palette', async () => {
    const { backend } = await show(story('busy'));
    expect(one('lock').getAttribute('aria-label')).toBe('Lock now');
    await userEvent.click(one('lock'));
    await expect.poll(() => all('locked-banner')).toHaveLength(1);
    expect(one('lock').getAttribute('aria-label')).toBe('Unlock');
    backend.change(() => ({ locked: false }));
    await keys('{Control>}{Shift>}k{/Shift}{/Control}');
    await expect.poll(() => all('locked-banner')).toHaveLength(1);
    backend.change(() => ({ locked: false }));
    await keys('{Control>}k{/Control}');
    await expect.poll(() => document.activeElement).toBe(one('palette-field'));
    await keys('Lock now{Enter}');
    await expect.poll(() => all('locked-banner')).toHaveLength(1);
    expect(backend.asked('lock')).toHaveLength(3);
  });

  it('tells that the user does something, and not at every key', async () => {
    const { backend } = await show(story('busy'));
    await keys('{Tab}{Tab}{Tab}');
    expect(backend.uses).toBe(1);
  });
});

describe('the settings', () => {
  it('say when Aloft locks itself, and what this computer cannot tell', async () => {
    const { backend, app } = await show(story('settings'));
    app.settings.show('accounts');
    await settled();
    const after = one('lock-after') as HTMLSelectElement;
    expect(after.value).toBe('15');
    await userEvent.selectOptions(after, '0');
    await expect.poll(() => backend.snapshot.settings.lockAfter).toBe(null);
    expect(after.value).toBe('0');
    await userEvent.click(one('lock-at-quit'));
    await userEvent.click(one('lock-when-away'));
    expect(backend.asked('change_settings')).toEqual([{ lockAfter: 0 }, { lockAtQuit: true }, { lockWhenAway: false }]);
    backend.change(({ here }) => ({ here: { ...here, idle: 'Only Aloft’s own windows count.', screenLock: 'Nobody tells of the screen.' } }));
    await settled();
    expect(one('settings').textContent).toContain('Only Aloft’s own windows count.');
    expect(one('settings').textContent).toContain('Nobody tells of the screen.');
    await accessible();
  });
});
