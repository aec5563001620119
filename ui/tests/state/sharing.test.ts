import { describe, expect, it } from 'vitest';

import { MemoryBackend, refusal } from '../../src/backend/memory';
import { batch, doneJob, job, presetAccount, problem, snapshot } from '../../src/backend/stories';
import { action } from '../../src/state/actions';
import { Copying, plainForm } from '../../src/state/copying.svelte';
import { settled, StandingClock, started } from '../window';

const soon = '2026-11-24T10:35:00Z';

describe('a form for links', () => {
  const copying = (backend = new MemoryBackend(snapshot({ jobs: [doneJob('a.jpg', { id: 1 })] }))) => new Copying(backend, [1], plainForm('url'));

  it('fits as is usual for the sizes there are, until another way is chosen', () => {
    const one = copying();
    expect(one.form).toEqual(plainForm('url'));
    one.width = '300';
    one.resized();
    expect(one.form).toMatchObject({ width: 300, height: null, crop: 'limit' });
    one.height = '200';
    one.resized();
    expect(one.form).toMatchObject({ width: 300, height: 200, crop: 'fill' });
    one.crop = 'pad';
    one.width = '320';
    one.resized();
    expect(one.form?.crop).toBe('pad');
    one.height = '';
    one.resized();
    expect(one.form).toMatchObject({ height: null, crop: 'limit' });
    expect(one.crops).toEqual(['limit', 'fit']);
  });

  it.each(['0', '-1', '1.5', '20001', 'x'])('has no size of %s', (text) => {
    const one = copying();
    one.width = text;
    expect([one.form, one.fault]).toEqual([null, true]);
  });

  it('forgets an answer that comes after a newer question', async () => {
    const backend = new MemoryBackend(snapshot({ jobs: [doneJob('a.jpg', { id: 1 })] }));
    const one = copying(backend);
    const answers: ((text: string) => void)[] = [];
    backend.answers.preview_links = () =>
      new Promise((resolve) => answers.push((text) => resolve({ text, shown: 1, count: 1, unchanged: 0, picture: null, size: null })));
    const [first, second] = [one.look(), one.look()];
    answers[1]?.('newer');
    answers[0]?.('older');
    await Promise.all([first, second]);
    expect(one.preview?.text).toBe('newer');
  });
});

describe('deleting', () => {
  const two = () => new MemoryBackend(snapshot({ jobs: [doneJob('a.jpg', { id: 1 }), doneJob('b.jpg', { id: 2 })] }));

  it('asks the program, says what became of each, and can be undone', async () => {
    const backend = two();
    const app = await started(backend);
    app.selection.all(app.rows);
    await action('deleteAsset').run(app);
    expect(backend.asked('delete_assets')).toEqual([{ ids: [1, 2] }]);
    expect(app.toasts.current).toMatchObject({ words: 'Deleted 2 assets from Cloudinary.', undo: true });
    expect(action('copyLink').enabled(app)).toBe(false);
    expect(action('deleteAsset').enabled(app)).toBe(false);
    await action('undo').run(app);
    expect(backend.asked('upload_again')).toEqual([{ ids: [1, 2] }]);
  });

  it('says what was kept, gone or refused, and offers only what can be sent again', async () => {
    const backend = two();
    const app = await started(backend);
    const why = problem('wrong_secret', 'The secret is wrong.', 'Enter it again.');
    backend.answers.delete_assets = () => ({
      assets: [
        { id: 1, name: 'a.jpg', outcome: { kind: 'alreadyGone' }, again: false },
        { id: 2, name: 'b.jpg', outcome: { kind: 'failed', problem: why }, again: true },
      ],
    });
    await app.deleteAssets([1, 2]);
    expect(app.toasts.current).toMatchObject({ words: '1 was already gone. The secret is wrong. Enter it again.', tone: 'trouble', undo: false });
    expect(action('undo').enabled(app)).toBe(false);
  });

  it('says nothing when the dialog was declined', async () => {
    const backend = two();
    const app = await started(backend);
    backend.answers.delete_assets = () => {
      throw refusal('declined', 'Nothing was deleted.');
    };
    await app.deleteAssets([1]);
    expect(app.toasts.current).toBeNull();
  });
});

describe('undoing an upload', () => {
  it('is offered as long as the program says, and to accounts that can delete', async () => {
    const jobs = [
      doneJob('a.jpg', { id: 1, undoUntil: soon }),
      doneJob('b.jpg', { id: 2 }),
      doneJob('c.jpg', { id: 3, undoUntil: soon, account: 'preset' }),
    ];
    const backend = new MemoryBackend(snapshot({ jobs, accounts: [...snapshot().accounts, presetAccount] }));
    const clock = new StandingClock();
    const app = await started(backend, clock);
    app.selection.all(app.rows);
    await settled();
    await action('undoUpload').run(app);
    expect(backend.asked('undo_uploads')).toEqual([{ ids: [1] }]);
    backend.changeJobs([2], () => ({ undoUntil: soon }));
    expect(action('undoUpload').enabled(app)).toBe(true);
    clock.time = Date.parse(soon) + 1;
    expect(action('undoUpload').enabled(app)).toBe(false);
  });

  it('is offered once when a batch has come to its end, and not over what was just said', async () => {
    const jobs = [doneJob('a.jpg', { id: 1, undoUntil: soon }), job({ id: 2, state: 'uploading' })];
    const backend = new MemoryBackend(snapshot({ jobs, batches: [batch()] }));
    const app = await started(backend);
    app.selection.all(app.rows);
    await settled();
    expect(app.toasts.current).toBeNull();
    const finish = () => {
      backend.changeJobs([2], () => ({ state: 'done', link: 'https://res.cloudinary.com/x', undoUntil: soon }));
      backend.change(({ batches }) => ({ batches: batches.map((one) => ({ ...one, done: 2 })) }));
    };
    finish();
    expect(app.toasts.current).toMatchObject({ words: '2 files uploaded.', undo: true });
    await action('undo').run(app);
    await settled();
    expect(backend.asked('undo_uploads')).toEqual([{ ids: [1, 2] }]);

    // a link that is copied by itself when it is done takes nothing away
    app.toasts.say('2 files uploaded.', { undo: () => {} });
    backend.tell({ kind: 'notice', value: { kind: 'copied', value: 2 } });
    expect(app.toasts.current).toMatchObject({ words: '2 files uploaded. 2 links copied.', undo: true });

    const other = await started(new MemoryBackend(snapshot({ jobs, batches: [batch()] })));
    other.selection.all(other.rows);
    await settled();
    other.toasts.say('Removed 1 row.', { undo: () => {} });
    const later = other.backend as MemoryBackend;
    later.changeJobs([2], () => ({ state: 'done', link: 'https://res.cloudinary.com/x', undoUntil: soon }));
    later.change(({ batches }) => ({ batches: batches.map((one) => ({ ...one, done: 2 })) }));
    expect(other.toasts.current?.words).toBe('Removed 1 row.');
  });
});
