import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';

import { story } from '../../src/backend/stories';
import { actions, isReady, runById } from '../../src/state/actions';
import { accessible, all, one, row, settled, show } from '../window';

const keys = userEvent.keyboard;
const offered = () => all('palette-option').map(({ textContent }) => textContent?.trim() ?? '');

async function open(): Promise<void> {
  await keys('{Control>}k{/Control}');
  await expect.poll(() => all('palette')).toHaveLength(1);
  await expect.poll(() => document.activeElement).toBe(one('palette-field'));
}

describe('the palette', () => {
  it('offers all that can be done now, with its key, and nothing else', async () => {
    const { app } = await show(story('busy'));
    row('lighthouse.jpg').focus();
    await open();
    const now = actions.filter((action) => action.id !== 'palette' && action.group !== 'account' && isReady(action, app)).map((action) => action.words(app));
    expect(now.every((words, at) => offered()[at]?.startsWith(words))).toBe(true);
    expect(offered().some((words) => words.startsWith('Retry'))).toBe(false);
    expect(offered().find((words) => words.startsWith('Copy link'))).toContain('CtrlC');
    expect(offered().filter((words) => words.includes('Harbour studio'))).toEqual([]);
    expect(offered().filter((words) => words.includes('Reader photos'))).toHaveLength(1);
    await accessible();
  });

  it('finds by the letters typed, runs with Enter, and gives the focus back first', async () => {
    const { backend } = await show(story('busy'));
    row('lighthouse.jpg').focus();
    await open();
    await keys('cop mark');
    await expect.poll(offered).toHaveLength(1);
    await keys('{Enter}');
    await expect.poll(() => backend.asked('copy_links').map(({ form }) => form.format.kind)).toEqual(['markdown']);
    expect(all('palette')).toHaveLength(0);
    await expect.poll(() => document.activeElement).toBe(row('lighthouse.jpg'));
  });

  it('walks with the arrows, round and round, and closes with Escape or its own key', async () => {
    const { backend } = await show(story('busy'));
    await open();
    const count = offered().length;
    await keys('{ArrowUp}');
    expect(one('palette-field').getAttribute('aria-activedescendant')).toBe(all('palette-option')[count - 1]?.id);
    await keys('{ArrowDown}{ArrowDown}');
    expect(all('palette-option')[1]?.getAttribute('aria-selected')).toBe('true');
    await keys('{Control>}k{/Control}');
    await expect.poll(() => all('palette')).toHaveLength(0);
    await open();
    await keys('{Escape}');
    await expect.poll(() => all('palette')).toHaveLength(0);
    expect(backend.calls).toHaveLength(1);
  });

  it('switches the account, and opens what has a sheet or a field of its own', async () => {
    const { backend, app } = await show(story('busy'));
    await open();
    await keys('reader');
    await keys('{Enter}');
    await expect.poll(() => backend.asked('use_account')).toEqual([{ id: 'preset' }]);
    await open();
    await keys('shortcuts{Enter}');
    await expect.poll(() => all('shortcuts-sheet')).toHaveLength(1);
    await keys('{Escape}');
    await expect.poll(() => all('shortcuts-sheet')).toHaveLength(0);
    await open();
    await keys('find{Enter}');
    await expect.poll(() => document.activeElement).toBe(one('search'));
    expect(app.finder.open).toBe(true);
  });

  it('offers no drop window where the system cannot have one', async () => {
    const { app, backend } = await show(story('busy'));
    await open();
    await keys('drop window');
    await expect.poll(offered).toHaveLength(1);
    await keys('{Escape}');
    backend.change(({ here }) => ({ here: { ...here, dropWindow: 'Under Wayland no window can stay above others.' } }));
    await open();
    await keys('drop window');
    await settled();
    expect(offered()).toEqual([]);
    runById(app, 'dropWindow');
    await settled();
    expect(backend.asked('toggle_drop_window')).toEqual([]);
  });

  it('finds, exports and imports accounts', async () => {
    const { backend } = await show(story('busy'));
    await open();
    await keys('export accounts{Enter}');
    await expect.poll(() => backend.asked('export_accounts')).toEqual([{ ids: [] }]);
    await open();
    await keys('import from a backup{Enter}');
    await expect.poll(() => backend.asked('import_backup')).toHaveLength(1);
    await open();
    await keys('find accounts{Enter}');
    await expect.poll(() => backend.asked('find_accounts')).toEqual([{ pick: false }]);
    await expect.poll(() => all('palette')).toHaveLength(0);
  });

  it('says when nothing is called so', async () => {
    await show(story('busy'));
    await open();
    await keys('xyzzy');
    await settled();
    expect(one('palette').textContent).toContain('Nothing is called “xyzzy”.');
    await accessible();
  });
});
