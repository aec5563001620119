import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { MemoryBackend } from '../../src/backend/memory';
import { account, doneJob, job, presetAccount, snapshot, story } from '../../src/backend/stories';
import { accessible, all, one, row, settled, show } from '../window';

const keys = userEvent.keyboard;
const names = () => all('job-row').map(({ dataset }) => dataset['name']);

async function choose(testid: string, words: string): Promise<void> {
  await userEvent.click(one(testid));
  await page.getByRole('menuitemradio', { name: words, exact: true }).click();
  await expect.poll(() => document.querySelector('[role="menu"]')).toBeNull();
}

describe('finding in the queue', () => {
  it('shows its filters with Ctrl+F, says how many, and Escape ends both', async () => {
    const { app, backend } = await show(story('library'));
    expect(all('filters')).toHaveLength(0);
    await keys('{Control>}f{/Control}');
    expect(document.activeElement).toBe(one('search'));
    await keys('ligh');
    await expect.poll(() => one('found-count').textContent).toBe('2 uploads');
    expect(names()).toEqual(['fog over the outer harbour, seen from the old lighthouse at half past six IMG_2204.jpg', 'lighthouse.jpg']);
    await accessible();
    // What is found is walked through as the list is.
    await keys('{ArrowDown}{ArrowDown}');
    expect(document.activeElement).toBe(row('lighthouse.jpg'));
    one('search').focus();
    await keys('{Escape}');
    await settled();
    expect(app.rows.count).toBe(9);
    expect(document.activeElement).toBe(one('search'));
    await keys('{Escape}');
    await settled();
    expect(all('filters')).toHaveLength(0);
    // The four letters were one question.
    expect(backend.asked('find')).toHaveLength(1);
  });

  it.each([
    ['filter-standing', 'Failed', { standing: 'failed' }, ['broken.jpg']],
    ['filter-standing', 'Needs you', { standing: 'needsYou' }, ['logo.svg']],
    ['filter-kind', 'Videos and audio', { kind: 'video' }, ['ferry-timelapse.mov']],
    ['filter-account', 'Reader photos', { account: 'preset' }, []],
    ['filter-time', 'Before this year', { since: null, until: '2025-12-31' }, []],
  ] as const)('%s: %s', async (testid, words, request, found) => {
    const { backend } = await show(story('busy'));
    await userEvent.click(one('filters-toggle'));
    await choose(testid, words);
    await expect.poll(() => backend.asked('find').at(-1)).toMatchObject(request);
    await expect.poll(names).toEqual(found);
    if (found.length === 0) expect(one('no-match').textContent).toContain('Nothing in the queue fits these filters.');
    await accessible();
    await userEvent.click(one('clear-filters'));
    await expect.poll(() => all('job-row').length).toBe(9);
  });

  it('looks again when the queue is another, and keeps what it found until then', async () => {
    const { backend, app } = await show(new MemoryBackend(snapshot({ jobs: [job({ id: 1, name: 'quay-1.jpg' }), job({ id: 2, name: 'mole.jpg' })] })));
    app.finder.query = 'quay';
    await expect.poll(names).toEqual(['quay-1.jpg']);
    backend.change(({ jobs }) => ({ jobs: [...jobs, job({ id: 3, name: 'quay-3.jpg' })] }));
    await settled();
    expect(names()).toEqual(['quay-1.jpg']);
    await expect.poll(names).toEqual(['quay-1.jpg', 'quay-3.jpg']);
  });

  it('an answer to what was asked before is not shown', async () => {
    const { backend, app } = await show(story('busy'));
    const answers: (() => void)[] = [];
    backend.answers.find = (request) =>
      new Promise((resolve) => answers.push(() => resolve({ groups: [{ group: { kind: 'batch', id: 2 }, runs: [{ first: request.kind === 'video' ? 1 : 7, count: 1 }] }], count: 1 })));
    app.finder.set({ kind: 'video' });
    app.finder.set({ kind: 'image' });
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    await settled();
    answers[0]?.();
    await settled();
    expect([...app.rows.ids]).toEqual([7]);
  });

  it('selected rows that are not found are not selected any more', async () => {
    const { app } = await show(story('busy'));
    app.selection.all(app.rows);
    app.finder.set({ standing: 'done' });
    await expect.poll(() => app.selection.chosen.size).toBe(3);
  });
});

describe('the library', () => {
  it('shows everything ever uploaded by month, and copies links of what left the queue', async () => {
    const { backend, app } = await show(story('library'));
    await keys('{Control>}l{/Control}');
    await expect.poll(() => all('found-count')[0]?.textContent).toBe('243 uploads');
    expect(all('batch')[0]?.textContent).toContain('November 2026');
    await expect.poll(() => all('job-row').every(({ dataset }) => dataset['name'] !== undefined)).toBe(true);
    await accessible();
    row('mole-at-dawn-240.jpg').focus();
    await keys('{Control>}c{/Control}');
    await settled();
    expect(backend.asked('copy_links').map(({ ids }) => ids)).toEqual([[-240]]);
    // Nothing of the queue can be done to it.
    await keys('{Delete}');
    expect(backend.asked('control')).toEqual([]);
    await keys('{Control>}a{/Control}{Control>}{Shift>}C{/Shift}{/Control}');
    await settled();
    expect(backend.asked('copy_links').at(-1)?.ids).toHaveLength(243);
    await keys('{Control>}l{/Control}');
    await expect.poll(() => app.rows.count).toBe(9);
  });

  it('is narrowed by folder and tag, and asked for what the queue has not', async () => {
    const { backend } = await show(story('library'));
    await keys('{Control>}f{/Control}');
    await keys('capstan');
    await expect.poll(() => all('look-in-library')).toHaveLength(1);
    await accessible();
    await userEvent.click(one('look-in-library'));
    await expect.poll(() => one('found-count').textContent).toBe('40 uploads');
    await choose('filter-tag', 'cover');
    await choose('filter-folder', 'press');
    await expect.poll(() => backend.asked('find').at(-1)).toMatchObject({ scope: 'library', query: 'capstan', folder: 'press', tag: 'cover' });
  });

  it('says when it is empty', async () => {
    const { app } = await show(story('empty'));
    app.finder.set({ scope: 'library' });
    await expect.poll(() => all('no-match').map(({ textContent }) => textContent).join()).toContain('The library is empty.');
    await accessible();
  });
});

describe('a batch under a filter', () => {
  it('is meant as far as it is shown', async () => {
    const jobs = [job({ id: 1, name: 'a.jpg' }), job({ id: 2, name: 'b.mov', resourceType: 'video' }), doneJob('c.mov', { id: 3, resourceType: 'video' })];
    const { app, backend } = await show(new MemoryBackend(snapshot({ jobs, accounts: [account(), presetAccount] })));
    app.finder.set({ kind: 'video' });
    await expect.poll(names).toEqual(['b.mov', 'c.mov']);
    await userEvent.click(one('group-more'));
    await userEvent.click(one('group-pause'));
    await expect.poll(() => backend.asked('control')).toEqual([{ target: { kind: 'jobs', ids: [2, 3] }, verb: 'pause' }]);
  });
});

it('fits into 320 pixels with every filter', async () => {
  await page.viewport(320, 560);
  const { app } = await show(story('library'));
  await app.finder.show();
  app.finder.set({ scope: 'library', folder: 'harbour/2026', tag: 'cover', kind: 'image', time: 'year' });
  await expect.poll(() => all('found-count').map(({ textContent }) => textContent).join()).not.toBe('');
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
  for (const element of document.querySelectorAll('.filters button, .filters label')) expect(element.getBoundingClientRect().right).toBeLessThanOrEqual(320.5);
  await accessible();
  await page.viewport(760, 560);
});
