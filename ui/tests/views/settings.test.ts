import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { type MemoryBackend, refusal } from '../../src/backend/memory';
import { snapshot, story } from '../../src/backend/stories';
import { type Section, sections } from '../../src/state/settings.svelte';
import { accessible, all, one, settled, show } from '../window';

const keys = userEvent.keyboard;

afterEach(async () => {
  document.documentElement.removeAttribute('dir');
  await page.viewport(760, 560);
});

async function opened(section: Section, backend: MemoryBackend = story('settings')) {
  const shown = await show(backend);
  shown.app.settings.show(section);
  await settled();
  return shown;
}

/** Nothing is wider than the window, and nothing that can be pressed is outside of it. */
function fits(): void {
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(innerWidth);
  const wide = [...one('settings').querySelectorAll<HTMLElement>('button, input, select, p, bdi, summary')]
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5);
    })
    .map((element) => element.outerHTML.slice(0, 160));
  expect(wide).toEqual([]);
}

describe('the way in and out', () => {
  it('is Ctrl and comma, and Escape, and the row has the focus again', async () => {
    await show(story('busy'));
    const row = all('job-row')[1] as HTMLElement;
    row.focus();
    await keys('{Control>},{/Control}');
    await expect.poll(() => all('settings')).toHaveLength(1);
    expect(one('job-list').closest('[inert]')).not.toBeNull();
    await expect.poll(() => document.activeElement?.textContent).toBe('Settings');
    await keys('{Escape}');
    await expect.poll(() => all('settings')).toHaveLength(0);
    await expect.poll(() => document.activeElement).toBe(row);
  });

  it('is in the account menu', async () => {
    await show(story('busy'));
    await userEvent.click(one('account-menu'));
    await expect.poll(() => all('open-settings')).toHaveLength(1);
    await userEvent.click(one('open-settings'));
    await expect.poll(() => all('settings')).toHaveLength(1);
    await userEvent.click(one('settings-back'));
    await expect.poll(() => all('settings')).toHaveLength(0);
  });

  it('keeps the list’s keys from working behind it', async () => {
    const { backend } = await opened('about');
    const before = backend.calls.length;
    await keys('{Control>}o{/Control}{Control>}v{/Control}{Delete}');
    expect(backend.calls).toHaveLength(before);
    await keys('?');
    await expect.poll(() => all('shortcuts-sheet')).toHaveLength(1);
    await keys('{Escape}');
    await expect.poll(() => all('shortcuts-sheet')).toHaveLength(0);
    expect(all('settings')).toHaveLength(1);
  });

  it('goes from part to part by keys', async () => {
    await opened('accounts');
    one('settings-uploading').focus();
    await keys('{Enter}');
    await expect.poll(() => document.querySelector('h2')?.textContent).toBe('Uploading');
    expect(one('settings-uploading').getAttribute('aria-current')).toBe('true');
  });
});

describe.each(sections)('%s', (section) => {
  it('is accessible in light and dark', async () => {
    await opened(section);
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    await accessible();
  });

  it.each([
    [760, 560, '100%', 'ltr'],
    [420, 480, '100%', 'rtl'],
    [320, 480, '100%', 'ltr'],
    [420, 480, '200%', 'ltr'],
    [320, 480, '200%', 'ltr'],
  ])('fits %d × %d at %s, %s', async (width, height, size, dir) => {
    await page.viewport(width, height);
    document.documentElement.style.fontSize = size;
    document.documentElement.dir = dir;
    await opened(section);
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    await settled();
    fits();
  });
});

describe('accounts', () => {
  it('are used in one step', async () => {
    const { backend, app } = await opened('accounts');
    expect(all('settings-account')[0]?.textContent).toContain('New uploads go here');
    await page.getByRole('button', { name: 'Use Sandbox for new uploads' }).click();
    expect(backend.asked('use_account')).toEqual([{ id: 'sandbox' }]);
    await keys('{Control>}1{/Control}');
    await expect.poll(() => app.queue.active?.id).toBe('harbour');
    await keys('{Control>}9{/Control}');
    expect(backend.asked('use_account')).toHaveLength(2);
  });

  it('are checked, renamed and removed from their menu, and added', async () => {
    const { backend } = await opened('accounts');
    await page.getByRole('button', { name: 'More for Harbour studio' }).click();
    await page.getByRole('menuitem', { name: 'Rename account…' }).click();
    await expect.poll(() => all('rename-sheet')).toHaveLength(1);
    await keys('{Escape}');
    await expect.poll(() => all('rename-sheet')).toHaveLength(0);
    expect(all('settings')).toHaveLength(1);
    await page.getByRole('button', { name: 'More for Reader photos' }).click();
    await page.getByRole('menuitem', { name: 'Remove account…' }).click();
    await expect.poll(() => backend.asked('remove_account')).toEqual([{ id: 'preset' }]);
    await page.getByRole('button', { name: 'More for Sandbox' }).click();
    await page.getByRole('menuitem', { name: 'Upload defaults…' }).click();
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
    await keys('{Escape}');
    await expect.poll(() => all('options-sheet')).toHaveLength(0);
    expect(all('settings')).toHaveLength(1);
    await userEvent.click(one('settings-add-account'));
    await expect.poll(() => all('onboarding')).toHaveLength(1);
    await userEvent.click(one('back'));
    await expect.poll(() => all('settings')).toHaveLength(1);
  });
});

describe('uploading', () => {
  it('sets a limit as it is written, and shows what was wrong beside it', async () => {
    const { backend } = await opened('uploading');
    const field = one('limit-all').querySelector('[data-testid="limit-rate"]') as HTMLInputElement;
    expect(field.value).toBe('2 MB');
    await userEvent.fill(field, '3 MB');
    await keys('{Enter}');
    await expect.poll(() => backend.asked('set_limits')[0]).toMatchObject({ id: null, rate: '3 MB', hours: [{ from: '22:00', to: '06:00', rate: '' }] });
    backend.answers.set_limits = () => {
      throw refusal('bad_value', '“fast” is no rate.');
    };
    await userEvent.fill(field, 'fast');
    await keys('{Enter}');
    await expect.poll(() => one('limit-all').querySelector('[role="alert"]')?.textContent).toContain('“fast” is no rate.');
    expect(field.value).toBe('fast');
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it('adds hours, removes them, and sets the requests of an account', async () => {
    const { backend } = await opened('uploading');
    await page.getByRole('button', { name: 'Remove hours 1' }).click();
    await expect.poll(() => backend.asked('set_limits').at(-1)?.hours).toEqual([]);
    await userEvent.click(one('limit-all').querySelector('[data-testid="limit-add-hours"]') as HTMLElement);
    await expect.poll(() => backend.asked('set_limits').at(-1)?.hours).toHaveLength(1);
    await page.getByText('at most 4 requests at a time').click();
    const select = one('limit-harbour').querySelector('select') as HTMLSelectElement;
    expect(select.value).toBe('4');
    await userEvent.selectOptions(select, 'Aloft decides');
    await expect.poll(() => backend.asked('set_limits').at(-1)).toMatchObject({ id: 'harbour', concurrency: null });
  });

  it('says how watched folders are, and ends and adds them', async () => {
    const { backend } = await opened('uploading');
    const words = all('settings-watch').map((watch) => watch.textContent ?? '');
    expect(words[0]).toContain('Watched');
    expect(words[1]).toContain('3 files still change');
    expect(words[2]).toContain('is not there now');
    await page.getByRole('button', { name: 'Stop watching /media/card/DCIM' }).click();
    await expect.poll(() => backend.asked('unwatch')).toEqual([{ id: 3 }]);
    await expect.poll(() => all('settings-watch')).toHaveLength(2);
    await userEvent.selectOptions(one('watch-account'), 'Sandbox');
    await userEvent.click(one('watch-folder'));
    await expect.poll(() => backend.asked('watch_folder')).toEqual([{ id: 'sandbox' }]);
  });

  it('copies when done, when that is wanted', async () => {
    const { backend } = await opened('uploading');
    await userEvent.click(one('copy-when-done'));
    expect(backend.asked('change_settings')).toEqual([{ copyWhenDone: false }]);
    await expect.poll(() => (one('copy-when-done') as HTMLInputElement).checked).toBe(false);
  });
});

describe('background', () => {
  it.each([
    ['notifications', { notifications: false }],
    ['keep-running', { keepRunning: true }],
    ['start-at-login', { startAtLogin: true }],
    ['drop-window', { dropWindow: true }],
  ] as const)('%s is switched by key', async (testid, change) => {
    const { backend } = await opened('background');
    const before = (one(testid) as HTMLInputElement).checked;
    one(testid).focus();
    await keys(' ');
    await expect.poll(() => backend.asked('change_settings')).toEqual([change]);
    await expect.poll(() => (one(testid) as HTMLInputElement).checked).toBe(!before);
  });

  it('shows what this computer cannot do, with the reason', async () => {
    const backend = story('settings');
    const reason = 'There is no tray here.';
    backend.change(({ here }) => ({ here: { ...here, tray: reason, dropWindow: 'Under Wayland no window can stay above others.' } }));
    backend.change(({ settings }) => ({ settings: { ...settings, dropWindow: true } }));
    await opened('background', backend);
    // What was chosen elsewhere can still be taken back.
    expect((one('drop-window') as HTMLInputElement).disabled).toBe(false);
    const field = one('keep-running') as HTMLInputElement;
    expect(field.disabled).toBe(true);
    const described = (field.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);
    expect(described).toContain(reason);
    await accessible();
  });

  it('goes back to what it was when it is refused', async () => {
    const backend = story('settings');
    backend.answers.change_settings = () => {
      throw refusal('not_here', 'The system did not let Aloft do that.');
    };
    await opened('background', backend);
    await userEvent.click(one('start-at-login'));
    await expect.poll(() => one('settings').querySelector('[role="alert"]')?.textContent).toContain('did not let Aloft');
    expect((one('start-at-login') as HTMLInputElement).checked).toBe(false);
    await accessible();
  });
});

describe('appearance', () => {
  it('is chosen at once, and stays when it is refused', async () => {
    const { backend } = await opened('appearance');
    await userEvent.click(one('appearance-dark'));
    await expect.poll(() => backend.snapshot.settings.appearance).toBe('dark');
    backend.answers.change_settings = () => {
      throw refusal('disk', 'The settings could not be written.');
    };
    await userEvent.click(one('appearance-light'));
    await expect.poll(() => one('settings').querySelector('[role="alert"]')?.textContent).toContain('could not be written');
    expect((one('appearance-dark') as HTMLInputElement).checked).toBe(true);
  });
});

describe('shortcuts', () => {
  it('records keys, and takes them back', async () => {
    const { backend } = await opened('shortcuts');
    await userEvent.click(one('record-shortcut'));
    await expect.poll(() => one('record-shortcut').textContent).toContain('Press the keys');
    await keys('u');
    expect(backend.asked('change_settings')).toEqual([]);
    await keys('{Control>}{Alt>}p{/Alt}{/Control}');
    await expect.poll(() => backend.asked('change_settings')).toEqual([{ shortcut: 'Ctrl+Alt+P' }]);
    await expect.poll(() => one('record-shortcut').textContent).toContain('Ctrl+Alt+P');
    await userEvent.click(one('remove-shortcut'));
    await expect.poll(() => backend.asked('change_settings').at(-1)).toEqual({ shortcut: '' });
  });

  it('gives up on Escape and stays in the settings', async () => {
    const { backend } = await opened('shortcuts');
    await userEvent.click(one('record-shortcut'));
    await keys('{Escape}');
    await expect.poll(() => one('record-shortcut').getAttribute('aria-pressed')).toBe('false');
    expect(all('settings')).toHaveLength(1);
    expect(backend.asked('change_settings')).toEqual([]);
  });

  it('says why there is none here', async () => {
    const backend = story('settings');
    backend.change(({ here }) => ({ here: { ...here, shortcut: 'Under Wayland keys are not heard.' } }));
    await opened('shortcuts', backend);
    expect((one('record-shortcut') as HTMLButtonElement).disabled).toBe(true);
    expect(one('settings').textContent).toContain('Under Wayland keys are not heard.');
  });
});

describe('storage', () => {
  it('shows places by kind, and saves diagnostics', async () => {
    const { backend } = await opened('places');
    await expect.poll(() => all('settings-place').length).toBe(4);
    await page.getByRole('button', { name: 'Show in file manager: Queue and library' }).click();
    expect(backend.asked('open_place')).toEqual([{ kind: 'queue' }]);
    await userEvent.click(one('save-diagnostics'));
    await expect.poll(() => one('live-region').textContent).toContain('Diagnostics saved.');
  });

  it('is silent when the dialog is dismissed, and says what went wrong otherwise', async () => {
    const { backend } = await opened('places');
    backend.answers.export_diagnostics = () => {
      throw refusal('declined', 'No file was written.');
    };
    await userEvent.click(one('save-diagnostics'));
    await settled();
    expect(one('settings').querySelector('[role="alert"]')).toBeNull();
    backend.answers.export_diagnostics = () => {
      throw refusal('disk', 'The disk is full.');
    };
    await userEvent.click(one('save-diagnostics'));
    await expect.poll(() => one('settings').querySelector('[role="alert"]')?.textContent).toContain('The disk is full.');
  });
});

it('says which version it is', async () => {
  await opened('about');
  expect(one('settings').textContent).toContain(`Aloft ${snapshot().version}`);
});
