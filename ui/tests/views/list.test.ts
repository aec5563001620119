import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { MemoryBackend } from '../../src/backend/memory';
import { batch, doneJob, job, many, snapshot, story } from '../../src/backend/stories';
import { TALLEST } from '../../src/state/geometry';
import { accessible, all, one, row, settled, show } from '../window';

const keys = userEvent.keyboard;
const scroller = () => document.querySelector('main') as HTMLElement;
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const top = (element: HTMLElement) => element.getBoundingClientRect().top;

async function scrollTo(y: number): Promise<void> {
  scroller().scrollTop = y;
  await frame();
  await frame();
  await settled();
}

afterEach(() => page.viewport(760, 560));

describe('a hundred thousand rows', () => {
  it('are as tall as they are, and only those in sight are there', async () => {
    const { backend } = await show(many(100_000));
    expect(one('job-list').getAttribute('aria-rowcount')).toBe('100000');
    expect(one('job-list').offsetHeight).toBeGreaterThan(100_000 * 56);
    const seen = new Set<string>();
    for (const share of [0, 0.31, 0.62, 1]) {
      await scrollTo(scroller().scrollHeight * share);
      await expect.poll(() => all('job-row').every(({ dataset }) => dataset['name'] !== undefined)).toBe(true);
      expect(all('job-row').length).toBeLessThan(80);
      for (const { dataset } of all('job-row')) seen.add(dataset['name'] ?? '');
    }
    expect(seen).toContain('IMG_020000.jpg');
    for (const ids of backend.looks) expect(ids.length).toBeLessThanOrEqual(200);
    const last = all('job-row').at(-1) as HTMLElement;
    expect(last.getAttribute('aria-rowindex')).toBe('100000');
    expect(last.getBoundingClientRect().bottom).toBeLessThanOrEqual(scroller().getBoundingClientRect().bottom);
  });

  it('cast no shadow and pass no filter as a whole, which would be drawn anew with each frame', async () => {
    await show(many(100_000));
    await scrollTo(scroller().scrollHeight * 0.31);
    const parts = [...one('job-list').querySelectorAll<HTMLElement>('*')];
    const tall = parts.filter(({ offsetHeight }) => offsetHeight > 10 * scroller().clientHeight);
    expect(tall.length).toBeGreaterThan(0);
    for (const element of [one('job-list'), ...tall]) {
      const { boxShadow, filter, backdropFilter, opacity } = getComputedStyle(element);
      expect({ boxShadow, filter, backdropFilter, opacity }, element.className).toEqual({ boxShadow: 'none', filter: 'none', backdropFilter: 'none', opacity: '1' });
    }
  });

  it('are walked through with the keyboard alone', async () => {
    const { app, backend } = await show(many(100_000));
    row('IMG_080001.jpg').focus();
    await keys('{End}');
    await expect.poll(() => (document.activeElement as HTMLElement).dataset['name']).toBe('IMG_020000.jpg');
    expect(app.selection.focus).toBe(20_000);
    await keys('{PageUp}{ArrowUp}');
    const inside = document.activeElement?.getBoundingClientRect() as DOMRect;
    expect(inside.top).toBeGreaterThanOrEqual(top(scroller()) + 36 - 1);
    await keys('{Home}{ArrowDown}{Shift>}{End}{/Shift}');
    await expect.poll(() => document.activeElement?.getAttribute('aria-rowindex')).toBe('100000');
    expect(app.selection.chosen.size).toBe(99_999);
    await keys('{Control>}a{/Control}');
    expect(app.selection.chosen.size).toBe(100_000);
    await keys('{Control>}c{/Control}');
    await settled();
    const [request] = backend.asked('copy_links');
    expect(request?.ids.length).toBeGreaterThan(99_000);
    // In list order: the newest batch first.
    expect(request?.ids[0]).toBe(80_001);
    await keys('{Delete}');
    await settled();
    expect(app.rows.count).toBe(0);
    one('toast-action').click();
    await settled();
    expect(app.rows.count).toBe(100_000);
  });

  it('are chosen with Shift over rows that were never seen, and paused by their numbers', async () => {
    const { app, backend } = await show(many(100_000));
    row('IMG_080002.jpg').click();
    await scrollTo(56 * 30_000);
    const far = all('job-row').find((element) => top(element) > top(scroller()) + 100) as HTMLElement;
    const to = Number(far.getAttribute('aria-rowindex'));
    far.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    expect(app.selection.chosen.size).toBe(to - 1);
    far.focus();
    await keys(' ');
    await settled();
    const [request] = backend.asked('control');
    expect(request?.verb).toBe('pause');
    expect(request?.target.kind === 'jobs' && request.target.ids.length).toBeGreaterThan(20_000);
  });

  it('retrying a selection that is not loaded reaches only what is in trouble', async () => {
    const { app, backend } = await show(many(100_000));
    app.selection.all(app.rows);
    row('IMG_080001.jpg').focus();
    await keys('r');
    await expect.poll(() => backend.asked('control').length).toBe(1);
    const [request] = backend.asked('control');
    expect(request?.target.kind === 'jobs' && [...request.target.ids].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => (at + 1) * 997));
  });

  it('a longer list than an element can be tall still shows its first and its last row', async () => {
    const { app } = await show(many(1000));
    const longer = [{ ...app.queue.snapshot!.batches[0]!, count: 400_000, runs: [{ first: 1, count: 400_000 }] }];
    app.queue.replace({ ...app.queue.snapshot!, batches: longer });
    app.finder.clear();
    await settled();
    expect(one('job-list').offsetHeight).toBe(TALLEST);
    await scrollTo(TALLEST);
    await expect.poll(() => all('job-row').at(-1)?.getAttribute('aria-rowindex')).toBe('400000');
    expect((all('job-row').at(-1) as HTMLElement).getBoundingClientRect().bottom).toBeLessThanOrEqual(scroller().getBoundingClientRect().bottom + 1);
    await scrollTo(TALLEST / 2);
    const middle = all('job-row').find((element) => top(element) > 100) as HTMLElement;
    expect(Math.abs(Number(middle.getAttribute('aria-rowindex')) - 200_000)).toBeLessThan(50);
    app.selection.only(400_000 / 2);
    app.list.reveal(200_000);
    await settled();
    const it = document.querySelector('[data-job="200000"]') as HTMLElement;
    expect(top(it)).toBeGreaterThan(top(scroller()));
    expect(it.getBoundingClientRect().bottom).toBeLessThanOrEqual(scroller().getBoundingClientRect().bottom);
  });
});

describe('nothing moves under the user', () => {
  const added = (backend: MemoryBackend, rows = 3) =>
    backend.change(({ jobs, batches }) => ({
      jobs: [...jobs, ...Array.from({ length: rows }, (_, at) => job({ id: 900_000 + at, batch: 99, name: `new-${at}.jpg` }))],
      batches: [batch({ id: 99, label: 'New' }), ...batches],
    }));

  it.each([0, 5000, 1_000_000])('the focused row stays where it is when a batch comes on top, at %d', async (at) => {
    const { backend } = await show(many(100_000));
    await scrollTo(at);
    const focused = all('job-row').find((element) => top(element) > top(scroller()) + 120) as HTMLElement;
    await expect.poll(() => focused.dataset['name']).toBeDefined();
    focused.focus();
    const before = top(focused);
    added(backend);
    await settled();
    expect(document.activeElement).toBe(focused);
    expect(Math.abs(top(focused) - before)).toBeLessThanOrEqual(1);
    expect(all('to-top')).toHaveLength(1);
    one('to-top').click();
    await settled();
    expect(scroller().scrollTop).toBe(0);
    expect(all('to-top')).toHaveLength(0);
    // Out of sight, it still has the focus.
    expect(document.activeElement).toBe(focused);
  });

  it('a batch on top is seen at once by who looks at the top and touches nothing', async () => {
    const { backend } = await show(many(1000));
    added(backend);
    await settled();
    expect(scroller().scrollTop).toBe(0);
    expect(top(row('new-0.jpg'))).toBeLessThan(top(scroller()) + 60);
    expect(all('to-top')).toHaveLength(0);
  });

  it('the pointed row stays when rows above it go', async () => {
    const { backend } = await show(many(1000));
    await scrollTo(4000);
    const pointed = all('job-row').find((element) => top(element) > top(scroller()) + 200) as HTMLElement;
    pointed.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));
    const before = top(pointed);
    const id = Number(pointed.dataset['job']);
    backend.change(({ jobs }) => ({ jobs: jobs.filter((one) => one.batch !== 5 || one.id >= id - 30) }));
    await settled();
    expect(Math.abs(top(pointed) - before)).toBeLessThanOrEqual(1);
  });

  it('what is told of a row in sight is shown, and only that row is drawn again', async () => {
    const { backend } = await show(many(100_000));
    const changed: string[] = [];
    const watcher = new MutationObserver((list) => {
      for (const { target } of list) {
        const at = (target instanceof Element ? target : target.parentElement)?.closest<HTMLElement>('[data-testid="job-row"]');
        if (at) changed.push(at.dataset['name'] ?? '');
      }
    });
    watcher.observe(one('job-list'), { subtree: true, childList: true, characterData: true, attributes: true });
    backend.changeJobs([80_003], () => ({ verified: 'no', verifiedReason: 'Other bytes' }));
    await settled();
    await new Promise((resolve) => queueMicrotask(() => resolve(null)));
    watcher.disconnect();
    expect(row('IMG_080003.jpg').textContent).toContain('Other bytes');
    expect(new Set(changed)).toEqual(new Set(['IMG_080003.jpg']));
  });
});

describe('rows that were not told yet', () => {
  it('are there as rows without a name, and keep the focus when they come', async () => {
    const backend = many(1000);
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    backend.answers.look_at = async ({ ids }) => {
      await held;
      return { rows: ids.flatMap((id) => backend.row(id) ?? []) };
    };
    await show(backend);
    const [first] = all('job-row');
    expect(first?.getAttribute('aria-busy')).toBe('true');
    await accessible();
    first?.focus();
    answer();
    await expect.poll(() => first?.dataset['name']).toBe('IMG_000801.jpg');
    expect(document.activeElement).toBe(first);
  });

  it('that cannot be read say why, and are asked for again when looked at again', async () => {
    const backend = many(1000);
    backend.answers.look_at = () => {
      throw new Error('The disk is full.');
    };
    await show(backend);
    expect(one('live-region').textContent).toContain('The disk is full.');
    backend.answers = {};
    await scrollTo(5000);
    await expect.poll(() => all('job-row').filter(({ dataset }) => dataset['name'] !== undefined).length).toBeGreaterThan(5);
  });
});

describe('batches', () => {
  const mixed = () =>
    new MemoryBackend(
      snapshot({
        batches: [batch({ id: 2, label: 'Harbour' }), batch({ id: 1, label: 'Quay' })],
        jobs: [
          doneJob('a.jpg', { id: 1, batch: 1 }),
          doneJob('b.jpg', { id: 11, batch: 2 }),
          job({ id: 12, batch: 2, name: 'c.jpg', state: 'failed' }),
          job({ id: 13, batch: 2, name: 'd.jpg', state: 'needsYou' }),
          job({ id: 14, batch: 2, name: 'e.jpg', state: 'uploading', sent: 0, total: 9_000_000 }),
          job({ id: 15, batch: 2, name: 'f.jpg', state: 'cancelled' }),
        ],
      }),
    );
  const head = (at: number) => (all('batch')[at] as HTMLElement).querySelector('[role="rowheader"]')?.textContent ?? '';

  it('say how they stand, and how fast', async () => {
    const { backend, clock } = await show(mixed());
    expect(head(0)).toMatch(/Harbour\s*1 of 5 done\s*1 needs you\s*1 failed/);
    expect(head(1)).toContain('1 done');
    for (let second = 1; second <= 3; second += 1) {
      clock.pass(1000);
      backend.progress({ id: 14, sent: second * 1_000_000, total: 9_000_000 });
      await settled();
    }
    expect(all('batch')[0]?.textContent).toContain('MB/s');
    expect(all('batch')[1]?.textContent).not.toContain('/s');
  });

  it.each([
    ['pause', { target: { kind: 'batch', id: 2 }, verb: 'pause' }],
    ['retryFailed', { target: { kind: 'jobs', ids: [12] }, verb: 'retry' }],
    ['remove', { target: { kind: 'jobs', ids: [11, 12, 13, 14, 15] }, verb: 'remove' }],
  ] as const)('%s reaches what it says', async (id, request) => {
    const { backend } = await show(mixed());
    await userEvent.click(all('group-more')[0] as HTMLElement);
    await expect.element(page.getByRole('menu')).toBeVisible();
    await accessible();
    await userEvent.click(one(`group-${id}`));
    await expect.poll(() => backend.asked('control')).toEqual([request]);
  });

  it('copies all links, and removing can be undone', async () => {
    const { backend, app } = await show(mixed());
    await userEvent.click(all('group-more')[0] as HTMLElement);
    await userEvent.click(one('group-copyAll'));
    await expect.poll(() => backend.asked('copy_links').map(({ ids }) => ids)).toEqual([[11, 12, 13, 14, 15]]);
    await expect.poll(() => all('group-copyAll')).toHaveLength(0);
    await userEvent.click(all('group-more')[0] as HTMLElement);
    await userEvent.click(one('group-remove'));
    await expect.poll(() => app.rows.count).toBe(1);
    one('toast-action').click();
    await expect.poll(() => app.rows.count).toBe(6);
  });

  it('keeps its name in sight while its rows go by', async () => {
    await show(many(1000));
    await scrollTo(3000);
    const box = (all('batch')[0] as HTMLElement).querySelector('.head')?.getBoundingClientRect() as DOMRect;
    expect(Math.abs(box.top - top(scroller()))).toBeLessThanOrEqual(1);
  });
});

describe('the menu of a row', () => {
  it('opens where the pointer is, for the selection when the row is in it', async () => {
    const { app } = await show(story('busy'));
    row('lighthouse.jpg').click();
    row('gulls.jpg').dispatchEvent(new MouseEvent('click', { bubbles: true, ctrlKey: true }));
    row('gulls.jpg').dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 200, clientY: 300 }));
    await expect.element(page.getByRole('menu')).toBeVisible();
    expect(app.selection.chosen.size).toBe(2);
    expect(page.getByRole('menu').element().textContent).toContain('2 rows');
    await expect.poll(() => Math.round(page.getByRole('menu').element().getBoundingClientRect().left)).toBeLessThan(260);
    await accessible();
    await keys('{Escape}');
    await expect.poll(() => document.activeElement).toBe(row('gulls.jpg'));
  });

  it.each(['{Shift>}{F10}{/Shift}', '{ContextMenu}'])('opens with %s, and gives the focus back', async (stroke) => {
    const { backend } = await show(story('busy'));
    row('lighthouse.jpg').focus();
    await keys(stroke);
    await expect.element(page.getByRole('menu')).toBeVisible();
    await page.getByRole('menuitem', { name: /Copy as HTML/ }).click();
    await expect.poll(() => backend.asked('copy_links').length).toBe(1);
    await expect.poll(() => document.activeElement).toBe(row('lighthouse.jpg'));
  });
});

describe('a small window', () => {
  it('of 320 pixels has rows that fit, light and dark', async () => {
    await page.viewport(320, 480);
    await show(story('busy'));
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
    const boxes = all('job-row').map((element) => element.getBoundingClientRect()).sort((a, b) => a.top - b.top);
    boxes.forEach((box, at) => at > 0 && expect(box.top).toBeGreaterThanOrEqual((boxes[at - 1] as DOMRect).bottom - 0.5));
    for (const element of all('job-row')) expect(element.scrollHeight).toBeLessThanOrEqual(element.clientHeight + 1);
    await accessible();
  });

  it('with larger text has larger rows', async () => {
    document.documentElement.style.fontSize = '200%';
    await show(story('busy'));
    for (const element of all('job-row')) expect(element.scrollHeight).toBeLessThanOrEqual(element.clientHeight + 1);
  });
});
