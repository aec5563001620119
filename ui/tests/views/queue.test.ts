import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { MemoryBackend } from '../../src/backend/memory';
import { account, batch, doneJob, everyState, job, picture, presetAccount, problem, snapshot, story } from '../../src/backend/stories';
import { accessible, all, one, row, sentence, settled, show } from '../window';

const bar = (name: string) => row(name).querySelector('[role="progressbar"]');
const keys = userEvent.keyboard;

describe('rows', () => {
  it('show every state with its name, its sentence and one action', async () => {
    const jobs = everyState();
    await page.viewport(760, 1200);
    const { screen } = await show(new MemoryBackend(snapshot({ jobs })));
    expect(all('job-row').map(({ dataset }) => [dataset['name'], dataset['state']])).toEqual(jobs.map(({ name, state }) => [name, state]));
    for (const { name } of jobs) {
      expect(sentence(name)).not.toBe('');
      const acts = row(name).querySelectorAll('[data-testid="job-action"], [data-testid="copy-link"]').length;
      expect(acts, name).toBe(name === 'quay.png' ? 0 : 1);
    }
    await accessible();
    expect(screen.container.scrollWidth).toBeLessThanOrEqual(760);
    await page.viewport(760, 560);
  });

  it('have bars that are true: no share while finishing, never 100, never back', async () => {
    const moving = job({ id: 1, name: 'a.jpg', state: 'uploading', sent: 500, total: 1000 });
    const { backend } = await show(new MemoryBackend(snapshot({ jobs: [moving] })));
    expect(bar('a.jpg')?.getAttribute('aria-valuenow')).toBe('50');
    backend.progress({ id: 1, sent: 999.9, total: 1000 });
    await settled();
    expect(bar('a.jpg')?.getAttribute('aria-valuenow')).toBe('99');
    backend.progress({ id: 1, sent: 200, total: 1000 });
    await settled();
    expect(bar('a.jpg')?.getAttribute('aria-valuenow')).toBe('99');
    backend.progress({ id: 1, sent: 1000, total: 1000 });
    await settled();
    expect(bar('a.jpg')?.hasAttribute('aria-valuenow')).toBe(false);
    expect(sentence('a.jpg')).toBe('Finishing…');
    backend.changeJobs([1], () => ({ state: 'done', sent: 1000, link: 'https://res.cloudinary.com/demo/a.jpg', verified: 'yes' }));
    await settled();
    expect(bar('a.jpg')).toBeNull();
    expect(sentence('a.jpg')).toContain('Done');
  });

  it('say “Stalled” after thirty seconds', async () => {
    const { clock } = await show(new MemoryBackend(snapshot({ jobs: [job({ name: 'a.jpg', state: 'uploading', sent: 1000, total: 2000 })] })));
    clock.pass(30_000);
    await settled();
    expect(sentence('a.jpg')).toBe('Stalled at 1 KB of 2 KB');
    await accessible();
  });

  it('show a picture, or the sign of the kind when there is none', async () => {
    const backend = new MemoryBackend(snapshot({ jobs: [job({ id: 1, name: 'a.jpg' }), job({ id: 2, name: 'b.jpg' }), job({ id: 3, name: 'c.pdf' })] }));
    backend.pictures = (id) => (id === 2 ? '/no-such-picture' : picture(id));
    await show(backend);
    await expect.poll(() => row('a.jpg').querySelector('img.here')).not.toBeNull();
    await expect.poll(() => row('b.jpg').querySelector('img')).toBeNull();
    expect(row('b.jpg').querySelector('.thumb svg')).not.toBeNull();
    expect(row('c.pdf').querySelector('img')).toBeNull();
  });

  it('their actions ask for one thing', async () => {
    const jobs = [
      job({ id: 1, name: 'up.jpg', state: 'uploading' }),
      job({ id: 2, name: 'rest.jpg', state: 'paused' }),
      job({ id: 3, name: 'gone.jpg', state: 'failed', problem: problem('source_missing', 'Gone.') }),
      doneJob('done.jpg', { id: 4 }),
      job({ id: 5, name: 'bad.jpg', state: 'failed', problem: problem('too_large', 'Too large.') }),
    ];
    const { backend } = await show(new MemoryBackend(snapshot({ jobs })));
    for (const name of ['up.jpg', 'rest.jpg', 'gone.jpg', 'bad.jpg']) row(name).querySelector<HTMLElement>('[data-testid="job-action"]')?.click();
    row('done.jpg').querySelector<HTMLElement>('[data-testid="copy-link"]')?.click();
    await settled();
    expect(backend.asked('control').map(({ target, verb }) => [target, verb])).toEqual([
      [{ kind: 'jobs', ids: [1] }, 'pause'],
      [{ kind: 'jobs', ids: [2] }, 'resume'],
      [{ kind: 'jobs', ids: [3] }, 'retry'],
      [{ kind: 'jobs', ids: [5] }, 'remove'],
    ]);
    expect(backend.asked('copy_links')).toMatchObject([{ ids: [4], form: { format: { kind: 'url' } } }]);
  });

  it('names with marks of their own stay names', async () => {
    const name = '<img src=x onerror=alert(1)>\u202egnp.jpg';
    await show(new MemoryBackend(snapshot({ jobs: [job({ name })] })));
    expect(one('job-row').querySelector('.name')?.textContent).toContain(name);
    expect(one('job-row').querySelector('.name img')).toBeNull();
  });
});

describe('the list with the keyboard', () => {
  const three = () =>
    new MemoryBackend(snapshot({ jobs: [doneJob('a.jpg', { id: 1 }), doneJob('b.jpg', { id: 2 }), job({ id: 3, name: 'c.jpg', state: 'uploading' })] }));

  it('has one tab stop and moves with arrows, Home and End', async () => {
    await show(three());
    expect(all('job-row').map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    row('a.jpg').focus();
    await keys('{ArrowDown}');
    expect(document.activeElement).toBe(row('b.jpg'));
    expect(all('job-row').map(({ tabIndex }) => tabIndex)).toEqual([-1, 0, -1]);
    await keys('{End}');
    expect(document.activeElement).toBe(row('c.jpg'));
    await keys('{Home}{ArrowUp}');
    expect(document.activeElement).toBe(row('a.jpg'));
  });

  it('selects with Shift and Ctrl+A, and lets go with Escape', async () => {
    const { app } = await show(three());
    row('a.jpg').focus();
    await keys('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    expect([...app.selection.chosen]).toEqual([1, 2, 3]);
    await keys('{Control>}a{/Control}');
    expect(all('job-row').map((element) => element.getAttribute('aria-selected'))).toEqual(['true', 'true', 'true']);
    await accessible();
    await keys('{Escape}');
    expect(app.selection.chosen.size).toBe(0);
  });

  it('reaches a row’s own buttons with right and left', async () => {
    await show(three());
    row('a.jpg').focus();
    await keys('{ArrowRight}');
    expect(document.activeElement?.getAttribute('data-testid')).toBe('copy-link');
    await keys('{ArrowRight}{ArrowLeft}{ArrowLeft}');
    expect(document.activeElement).toBe(row('a.jpg'));
  });

  it('copies, pauses, retries, opens, shows details and removes', async () => {
    const { backend, app } = await show(three());
    row('a.jpg').focus();
    await keys('{Control>}c{/Control}');
    await keys('{Control>}{Shift>}C{/Shift}{/Control}');
    await keys('{Enter}');
    row('c.jpg').focus();
    await keys(' ');
    await settled();
    await keys(' ');
    await settled();
    backend.changeJobs([3], () => ({ state: 'failed' }));
    await settled();
    row('c.jpg').focus();
    await keys('r');
    await settled();
    await keys('{Delete}');
    await settled();
    expect(backend.asked('copy_links').map(({ form }) => form.format.kind)).toEqual(['url', 'markdown']);
    expect(backend.asked('open_link')).toEqual([{ id: 1 }]);
    expect(backend.asked('control').map(({ verb }) => verb)).toEqual(['pause', 'resume', 'retry', 'remove']);
    expect([...app.rows.ids]).toEqual([1, 2]);
    // The neighbour of what was removed has the focus.
    expect(document.activeElement).toBe(row('b.jpg'));
  });

  it('a key on a row’s button is the button’s', async () => {
    const { backend } = await show(three());
    row('c.jpg').focus();
    await keys('{ArrowRight}');
    await keys(' ');
    await settled();
    expect(backend.asked('control')).toHaveLength(1);
  });

  it('opens what the window can do: add, folder, paste, widget, find', async () => {
    const { backend } = await show(three());
    await keys('{Control>}o{/Control}{Control>}{Shift>}O{/Shift}{/Control}{Control>}v{/Control}{Control>}u{/Control}');
    expect(backend.calls.slice(1).map(({ name }) => name)).toEqual(['add', 'add', 'add', 'open_widget']);
    await keys('{Control>}f{/Control}');
    expect(document.activeElement).toBe(one('search'));
  });

  it('leaves the keys to a field that is being typed in', async () => {
    const { backend } = await show(three());
    // That what is typed is looked for is not meant here.
    const deeds = () => backend.calls.slice(1).map(({ name }) => name).filter((name) => name !== 'find');
    one('search').focus();
    await keys('r a?{Delete}{Control>}a{/Control}{Control>}v{/Control}');
    expect(deeds()).toEqual([]);
    await keys('{Control>}o{/Control}');
    expect(deeds()).toEqual(['add']);
  });
});

describe('the list with the pointer', () => {
  it('selects one, adds with Ctrl, extends with Shift', async () => {
    const jobs = Array.from({ length: 5 }, (_, index) => job({ id: index + 1, name: `${index + 1}.jpg` }));
    const { app } = await show(new MemoryBackend(snapshot({ jobs })));
    row('2.jpg').click();
    row('4.jpg').dispatchEvent(new MouseEvent('click', { bubbles: true, ctrlKey: true }));
    expect([...app.selection.chosen]).toEqual([2, 4]);
    row('2.jpg').click();
    row('5.jpg').dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    expect([...app.selection.chosen]).toEqual([2, 3, 4, 5]);
  });

  it('a row’s menu is made of the registry and gives the focus back', async () => {
    const { backend } = await show(new MemoryBackend(snapshot({ jobs: [doneJob('a.jpg', { id: 1 })] })));
    const more = row('a.jpg').querySelector<HTMLElement>('[data-more]');
    more?.click();
    await expect.element(page.getByRole('menu')).toBeVisible();
    await accessible();
    await page.getByRole('menuitem', { name: /Copy as HTML/ }).click();
    await expect.poll(() => backend.asked('copy_links')).toMatchObject([{ ids: [1], form: { format: { kind: 'html' } } }]);
    await expect.poll(() => document.activeElement).toBe(more);
  });

  it('the other button opens the same menu', async () => {
    await show(new MemoryBackend(snapshot({ jobs: [doneJob('a.jpg')] })));
    row('a.jpg').dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
    await expect.element(page.getByRole('menu')).toBeVisible();
    expect(row('a.jpg').getAttribute('aria-selected')).toBe('true');
  });
});

describe('around the list', () => {
  it('finding by name narrows the rows, says when there are none, and Escape ends it', async () => {
    const { app } = await show(story('busy'));
    await userEvent.fill(one('search'), 'GULL');
    await expect.poll(() => all('job-row').map(({ dataset }) => dataset['name'])).toEqual(['gulls.jpg']);
    expect(one('found-count').textContent).toBe('1 upload');
    await userEvent.fill(one('search'), 'zebra');
    await expect.poll(() => all('no-match').map(({ textContent }) => textContent).join()).toContain('zebra');
    await accessible();
    one('search').focus();
    await keys('{Escape}');
    expect(app.finder.query).toBe('');
    await settled();
    expect(all('job-row').length).toBe(9);
  });

  it('the footer has totals, speed, the time left only when steady, and one button for all', async () => {
    const { backend, clock } = await show(new MemoryBackend(snapshot({ jobs: [job({ id: 1, name: 'a.mov', state: 'uploading', sent: 0, total: 60_000_000, size: 60_000_000 })] })));
    const footer = document.querySelector('footer') as HTMLElement;
    expect(footer.textContent).toContain('1 moving');
    for (let second = 1; second <= 8; second += 1) {
      clock.pass(1000);
      backend.progress({ id: 1, sent: second * 1_000_000, total: 60_000_000 });
      await settled();
      if (second === 2) expect(footer.textContent).not.toContain('left');
    }
    expect(footer.textContent).toMatch(/1 MB\/s · less than a minute left/);
    one('whole').click();
    await settled();
    expect(backend.asked('control')).toEqual([{ target: { kind: 'all' }, verb: 'pause' }]);
    expect(one('whole').textContent).toContain('Resume all');
    expect(footer.textContent).toContain('Keyring: Secret Service');
  });

  it('the footer resumes a paused account before it pauses another', async () => {
    const accounts = [account({ paused: true }), account({ id: 'b', label: 'B' })];
    const jobs = [job({ id: 1, name: 'held.jpg' }), job({ id: 2, name: 'free.jpg', account: 'b', state: 'uploading' })];
    const { backend } = await show(new MemoryBackend(snapshot({ accounts, jobs })));
    expect(one('whole').textContent).toContain('Resume all');
    expect(row('held.jpg').textContent).toContain('Resume');
    one('whole').click();
    await settled();
    expect(backend.asked('control')).toEqual([{ target: { kind: 'all' }, verb: 'resume' }]);
    expect(one('whole').textContent).toContain('Pause all');
  });

  it('the sandbox chip is there for a sandbox account only', async () => {
    const { app } = await show(story('sandbox'));
    expect(one('sandbox-chip').textContent).toBe('Sandbox: nothing leaves this computer');
    expect(sentence('lighthouse.jpg')).toContain('link works while Aloft runs');
    await accessible();
    app.queue.replace(snapshot({ revision: 2 }));
    await settled();
    expect(all('sandbox-chip')).toEqual([]);
  });

  it('the empty list says where to drop', async () => {
    const { backend } = await show(story('empty'));
    await accessible();
    await page.getByRole('button', { name: 'Add folder…' }).click();
    expect(backend.asked('add')).toEqual([{ from: 'folderDialog', account: null, choices: null }]);
  });

  it('account-wide trouble is one banner with one action', async () => {
    const { app } = await show(story('banner'));
    expect(one('banner').textContent).toContain('The API secret does not belong to key');
    await accessible();
    one('banner-action').click();
    await settled();
    expect(app.adding?.way).toBe('signed');
    expect((one('field-api-key') as HTMLInputElement).value).toBe('491672593812345');
  });

  it.each(['untrusted', 'forbidden', 'proxy_refused', 'unreachable', 'secret_locked', 'disk'] as const)('%s can be checked again', async (kind) => {
    const stopped = account({ problem: problem(kind, 'It does not work.') });
    const { backend } = await show(new MemoryBackend(snapshot({ accounts: [stopped] })));
    expect(one('banner-action').textContent).toContain('Check again');
    one('banner-action').click();
    await settled();
    expect(backend.asked('verify_account')).toEqual([{ id: stopped.id }]);
  });

  it('a secret kept for the session only is said', async () => {
    await show(story('session'));
    expect(document.querySelector('footer')?.textContent).toContain('Secret for this session only');
    await accessible();
  });

  it('one live region says what happened, and Remove can be undone from it', async () => {
    const { backend } = await show(new MemoryBackend(snapshot({ jobs: [doneJob('a.jpg', { id: 1 }), doneJob('b.jpg', { id: 2 })] })));
    expect(document.querySelectorAll('[aria-live]')).toHaveLength(1);
    expect(one('live-region').getAttribute('aria-live')).toBe('polite');
    row('a.jpg').focus();
    await keys('{Delete}');
    await expect.poll(() => one('live-region').textContent).toContain('Removed 1 row.');
    await accessible();
    one('toast-action').click();
    await settled();
    expect(backend.asked('control').at(-1)).toEqual({ target: { kind: 'jobs', ids: [1] }, verb: 'restore' });
    expect(all('job-row')).toHaveLength(2);
  });

  it('things dragged over the page are welcome but not opened', async () => {
    const { app, backend } = await show(story('busy'));
    const drag = (kind: string) => {
      const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() });
      document.body.dispatchEvent(event);
      return event;
    };
    expect(drag('dragenter').defaultPrevented).toBe(true);
    expect(drag('dragover').defaultPrevented).toBe(true);
    await expect.poll(() => document.body.textContent).toContain('Drop to upload');
    await accessible();
    expect(drag('drop').defaultPrevented).toBe(true);
    expect(app.dragging).toBe(false);
    expect(backend.calls).toHaveLength(1);
    drag('dragenter');
    drag('dragleave');
    expect(app.dragging).toBe(false);
  });

  it('a start that failed says so', async () => {
    await show(story('trouble'));
    expect(one('start-trouble').textContent).toContain('The queue’s database cannot be opened.');
    await accessible();
  });

  it('rows of another account name it', async () => {
    const jobs = [job({ account: 'preset' })];
    await show(new MemoryBackend(snapshot({ accounts: [account(), presetAccount], jobs, batches: [batch({ account: 'preset', label: 'Letters' })] })));
    expect(one('batch').textContent).toContain('Reader photos');
    expect(one('batch').textContent).toContain('Letters');
  });
});
