import { describe, expect, it } from 'vitest';

import { MemoryBackend, refusal } from '../../src/backend/memory';
import { account, doneJob, job, problem, snapshot, story } from '../../src/backend/stories';
import { action, actions } from '../../src/state/actions';
import { settled, started } from '../window';

describe('start', () => {
  it('listens before it asks, so that nothing is missed', async () => {
    const order: string[] = [];
    const backend = new MemoryBackend(snapshot());
    const subscribe = backend.subscribe.bind(backend);
    backend.subscribe = async (listener) => {
      order.push('subscribe');
      return subscribe(listener);
    };
    backend.answers.snapshot = () => {
      order.push('snapshot');
      return backend.told();
    };
    await started(backend);
    expect(order).toEqual(['subscribe', 'snapshot']);
  });

  it('says why it could not, and starts when asked again', async () => {
    const backend = story('trouble');
    const app = await started(backend);
    expect(app.trouble?.kind).toBe('disk');
    backend.answers = {};
    await app.start();
    expect(app.trouble).toBeNull();
    expect(app.queue.snapshot).not.toBeNull();
  });
});

describe('what is asked for outside the page', () => {
  it('does the action of that id when it can be done, and nothing otherwise', async () => {
    const backend = new MemoryBackend(snapshot());
    const app = await started(backend);
    backend.tell({ kind: 'run', value: 'nothing of this name' });
    backend.tell({ kind: 'run', value: 'copyLink' });
    expect(backend.asked('copy_links')).toEqual([]);
    backend.tell({ kind: 'run', value: 'shortcuts' });
    expect(app.sheet?.kind).toBe('shortcuts');
  });

  it('knows every action that tray and menu bar ask for', () => {
    for (const id of ['settings', 'addFiles']) expect(action(id).id).toBe(id);
  });

  it('says how many links the program put on the clipboard', async () => {
    const backend = new MemoryBackend(snapshot());
    const app = await started(backend);
    backend.tell({ kind: 'notice', value: { kind: 'copied', value: 2 } });
    expect(app.toasts.current?.words).toContain('2');
  });
});

describe('dragging', () => {
  it('is shown when the program tells of it, since the page sees no native drag', async () => {
    const backend = new MemoryBackend(snapshot());
    const app = await started(backend);
    backend.tell({ kind: 'dragging', value: true });
    expect(app.dragging).toBe(true);
    backend.tell({ kind: 'dragging', value: false });
    expect(app.dragging).toBe(false);
  });
});

describe('what is said', () => {
  it('after adding: how many, and what was left out', async () => {
    const backend = new MemoryBackend(snapshot());
    const app = await started(backend);
    backend.answers.add = () => ({ added: 3, skipped: [] });
    await app.add('fileDialog');
    expect(app.toasts.current?.words).toBe('Added 3 files.');
    backend.tell({
      kind: 'notice',
      value: { kind: 'added', value: { added: 1, skipped: [{ name: 'empty.txt', problem: problem('source_empty', 'The file is empty.') }] } },
    });
    expect(app.toasts.current?.words).toBe('Added 1 file. 1 left out. empty.txt: The file is empty.');
  });

  it('nothing when a dialog was cancelled or declined', async () => {
    const backend = new MemoryBackend(snapshot());
    const app = await started(backend);
    await app.add('fileDialog');
    expect(app.toasts.current).toBeNull();
    backend.answers.add = () => {
      throw refusal('declined', 'You said no.');
    };
    await app.add('clipboard');
    expect(app.toasts.current).toBeNull();
  });

  it('what failed without a row', async () => {
    const backend = new MemoryBackend(snapshot());
    const app = await started(backend);
    backend.tell({ kind: 'notice', value: { kind: 'trouble', value: problem('disk', 'The disk is full.', 'Make room.') } });
    expect(app.toasts.current).toMatchObject({ words: 'The disk is full. Make room.', tone: 'trouble' });
  });

  it('that there is no account, with the way to one', async () => {
    const backend = new MemoryBackend(snapshot());
    const app = await started(backend);
    backend.answers.add = () => {
      throw refusal('no_account', 'There is no account yet.');
    };
    await app.add('clipboard');
    app.toasts.current?.action?.run();
    expect(app.adding?.way).toBe('choose');
  });
});

describe('removing', () => {
  it('can be undone', async () => {
    const jobs = [doneJob('a.jpg', { id: 1 }), doneJob('b.jpg', { id: 2 })];
    const backend = new MemoryBackend(snapshot({ jobs }));
    const app = await started(backend);
    app.selection.only(1);
    await settled();
    await app.remove(app.targets);
    expect([...app.rows.ids]).toEqual([2]);
    app.toasts.current?.action?.run();
    await Promise.resolve();
    expect(backend.asked('control').at(-1)).toEqual({ target: { kind: 'jobs', ids: [1] }, verb: 'restore' });
    expect([...app.rows.ids]).toEqual([1, 2]);
  });
});

describe('the banner', () => {
  it('is one, the active account’s first', async () => {
    const other = account({ id: 'b', label: 'B', problem: problem('secret_locked', 'Locked.') });
    const mine = account({ problem: problem('wrong_secret', 'Wrong.') });
    const app = await started(new MemoryBackend(snapshot({ accounts: [other, mine], active: mine.id })));
    expect(app.banner?.account?.id).toBe(mine.id);
  });

  it('speaks of a refused account and of a missing keyring', async () => {
    const refused = account({ verification: { state: 'rejected', reason: 'The API key is not known.' } });
    expect((await started(new MemoryBackend(snapshot({ accounts: [refused] })))).banner?.problem.message).toBe('The API key is not known.');
    expect((await started(story('session'))).banner?.problem.kind).toBe('no_store');
    expect((await started(story('busy'))).banner).toBeNull();
  });
});

describe('remedies', () => {
  it('entering an account again starts from what is known, never from a secret', async () => {
    const app = await started(new MemoryBackend(snapshot()));
    await app.remedy('enterAgain', { account: app.queue.active });
    expect(app.adding).toEqual({
      way: 'signed',
      filled: { label: 'Harbour studio', cloudName: 'harbour-studio', apiKey: '491672593812345', host: 'https://api.cloudinary.com' },
    });
  });

  it.each([
    ['retry', 'control'],
    ['reveal', 'reveal_file'],
    ['remove', 'control'],
    ['details', 'job_details'],
  ] as const)('%s calls %s', async (remedy, name) => {
    const one = job({ id: 1, state: 'failed' });
    const backend = new MemoryBackend(snapshot({ jobs: [one] }));
    const app = await started(backend);
    await app.remedy(remedy, { job: one });
    expect(backend.asked(name)).toHaveLength(1);
  });

  it('a locked keyring is asked again, then the row is tried', async () => {
    const one = job({ id: 1, state: 'needsYou' });
    const backend = new MemoryBackend(snapshot({ jobs: [one] }));
    const app = await started(backend);
    await app.remedy('verify', { job: one });
    expect(backend.calls.slice(1).map(({ name }) => name)).toEqual(['verify_account', 'control']);
  });
});

describe('the registry of actions', () => {
  it('has no name and no key twice', () => {
    const keys = actions.flatMap(({ key }) => key ?? []);
    expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('means the selection, else the focused row', async () => {
    const backend = new MemoryBackend(snapshot({ jobs: [doneJob('a.jpg', { id: 1 }), doneJob('b.jpg', { id: 2 }), job({ id: 3 })] }));
    const app = await started(backend);
    app.selection.focus = 2;
    await action('copyLink').run(app);
    app.selection.all(app.rows);
    await settled();
    await action('copyMarkdown').run(app);
    const plain = { optimised: false, width: null, height: null, crop: null };
    expect(backend.asked('copy_links')).toEqual([
      { ids: [2], form: { format: { kind: 'url' }, ...plain }, remember: false },
      { ids: [1, 2], form: { format: { kind: 'markdown' }, ...plain }, remember: false },
    ]);
  });

  it('pauses what can be paused, and resumes when nothing can', async () => {
    const backend = new MemoryBackend(snapshot({ jobs: [job({ id: 1, state: 'uploading' }), job({ id: 2, state: 'paused' })] }));
    const app = await started(backend);
    app.selection.all(app.rows);
    await settled();
    await action('pauseOrResume').run(app);
    await action('pauseOrResume').run(app);
    expect(backend.asked('control')).toEqual([
      { target: { kind: 'jobs', ids: [1] }, verb: 'pause' },
      { target: { kind: 'jobs', ids: [1, 2] }, verb: 'resume' },
    ]);
  });

  it('a row that waits in a paused account can be resumed, not paused', async () => {
    const backend = new MemoryBackend(snapshot({ accounts: [account({ paused: true })], jobs: [job({ id: 1 })] }));
    const app = await started(backend);
    app.selection.only(1);
    await settled();
    expect(action('pauseOrResume').words(app)).toBe('Resume');
    await action('pauseOrResume').run(app);
    expect(backend.asked('control')).toEqual([{ target: { kind: 'jobs', ids: [1] }, verb: 'resume' }]);
    expect(action('pauseOrResume').words(app)).toBe('Pause');
  });

  it.each([
    ['without a row', []],
    ['with a row that came later', [job({ id: 1 })]],
  ])('all can be resumed while an account is paused, %s', async (_, jobs) => {
    const app = await started(new MemoryBackend(snapshot({ accounts: [account({ paused: true })], jobs })));
    expect(action('pauseAll').enabled(app)).toBe(false);
    expect(action('resumeAll').enabled(app)).toBe(true);
    await action('resumeAll').run(app);
    expect(action('resumeAll').enabled(app)).toBe(false);
  });
});
