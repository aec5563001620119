import { MemoryBackend, refusal, type Scene, totalsOf } from './memory';
import type { AccountView, BatchView, JobView, Problem, SettingsView } from './contract';
import { batchesOf } from './script';

/** Scenes for tests, screenshots and `npm run dev` (`?story=name`). */

export function account(change: Partial<AccountView> = {}): AccountView {
  return {
    id: 'harbour',
    label: 'Harbour studio',
    cloudName: 'harbour-studio',
    access: { kind: 'signed', apiKey: '491672593812345', algorithm: 'sha1', signatureVersion: '2', since: '2026-01-10T08:00:00Z' },
    host: 'https://api.cloudinary.com',
    verification: { state: 'verified' },
    origin: 'saved',
    keeping: 'keyring',
    delivery: { secureDistribution: null, privateCdn: false, cname: null },
    rotation: null,
    problem: null,
    paused: false,
    ...change,
  };
}

export const sandboxAccount = account({
  id: 'sandbox',
  label: 'Sandbox',
  cloudName: 'sandbox',
  host: 'http://127.0.0.1:4319',
  origin: 'sandbox',
});

export const presetAccount = account({
  id: 'preset',
  label: 'Reader photos',
  cloudName: 'daily-paper',
  access: { kind: 'unsigned', uploadPreset: 'reader_photos' },
  keeping: 'nothing',
});

export function problem(kind: Problem['kind'], message: string, hint = '', retry: Problem['retry'] = 'yes'): Problem {
  return { kind, message, hint, retry };
}

let count = 0;

export function job(change: Partial<JobView> = {}): JobView {
  count += 1;
  const size = change.size === undefined ? 4_812_000 : change.size;
  return {
    id: count,
    batch: 1,
    account: 'harbour',
    name: `harbour-${count}.jpg`,
    origin: 'file',
    size,
    state: 'waiting',
    sent: 0,
    total: size ?? 0,
    problem: null,
    nextAttemptAt: null,
    link: null,
    verified: null,
    verifiedReason: null,
    warning: null,
    reused: false,
    stripped: null,
    locationKept: false,
    resourceType: 'image',
    publicId: null,
    width: null,
    height: null,
    folder: '',
    tags: [],
    at: '2026-11-24T09:00:00Z',
    deleted: false,
    undoUntil: null,
    ...change,
  };
}

export function doneJob(name: string, change: Partial<JobView> = {}): JobView {
  const publicId = name.replace(/\.\w+$/, '-x7k2');
  return job({
    name,
    state: 'done',
    sent: change.size ?? 4_812_000,
    link: `https://res.cloudinary.com/harbour-studio/image/upload/v1764/${encodeURIComponent(publicId)}.jpg`,
    verified: 'yes',
    publicId,
    width: 4032,
    height: 3024,
    ...change,
  });
}

export function batch(change: Partial<BatchView> = {}): BatchView {
  return { id: 1, account: 'harbour', label: '', createdAt: '2026-11-24T10:12:00Z', count: 0, done: 0, runs: [], sums: totalsOf([]), ...change };
}

export const plainSettings: SettingsView = {
  notifications: true,
  keepRunning: false,
  copyWhenDone: false,
  appearance: 'system',
  language: null,
  shortcut: null,
  dropWindow: false,
  lockAfter: 15,
  lockWhenAway: true,
  lockAtQuit: false,
};

export function snapshot(change: Partial<Scene> = {}): Scene {
  const accounts = change.accounts ?? [account()];
  const jobs = change.jobs ?? [];
  return {
    revision: 1,
    version: '0.1.0',
    language: 'en',
    active: accounts[0]?.id ?? null,
    store: { keyring: true, name: 'Secret Service', problem: null, vault: 'absent' },
    locked: false,
    held: null,
    totals: totalsOf(jobs),
    settings: plainSettings,
    here: { tray: null, shortcut: null, dropWindow: null, startAtLogin: null, startsAtLogin: false, screenLock: null, idle: null },
    ...change,
    accounts,
    jobs,
    batches: batchesOf(change.batches ?? [...new Set(jobs.map((one) => one.batch))].map((id) => batch({ id })), jobs),
  };
}

/** One row in every state there is, and in every variant of those that have several. */
export function everyState(): JobView[] {
  return [
    job({ name: 'fog over the outer harbour, seen from the old lighthouse at half past six IMG_2204.jpg', state: 'uploading', sent: 2_900_000 }),
    job({ name: 'ferry-timelapse.mov', resourceType: 'video', size: 1_240_000_000, state: 'uploading', sent: 412_000_000 }),
    job({ name: 'quay.png', state: 'finishing', sent: 4_812_000 }),
    job({ name: 'catalogue.pdf', state: 'preparing' }),
    job({ name: 'buoys.webp' }),
    job({ name: 'slipway.jpg', state: 'waiting', nextAttemptAt: '2026-11-24T10:40:00Z', problem: problem('service_trouble', 'Cloudinary has trouble of its own.') }),
    job({ name: 'net-loft.tif', state: 'paused', sent: 1_700_000 }),
    job({ name: 'ropes.jpg', state: 'paused' }),
    job({ name: 'tide-table.csv', resourceType: 'raw', state: 'waitingForNetwork', problem: problem('unreachable', 'Cloudinary cannot be reached.') }),
    job({ name: 'logo.svg', state: 'needsYou', problem: problem('name_taken', 'Another asset is already called “logo”.', 'Choose another public ID.', 'afterChange') }),
    job({ name: 'broken.jpg', state: 'failed', problem: problem('not_an_image', 'broken.jpg is not an image that Cloudinary can read.', 'Open it on this computer to check it.', 'never') }),
    job({ name: 'moved.jpg', state: 'failed', problem: problem('source_missing', 'moved.jpg is no longer where it was.', 'Put it back, or remove the row.', 'afterChange') }),
    job({ name: 'draft.jpg', state: 'cancelled' }),
    doneJob('lighthouse.jpg'),
    doneJob('gulls.jpg', { reused: true }),
    doneJob('pier.jpg', { verified: 'no', verifiedReason: 'Cloudinary kept other bytes than were sent' }),
    doneJob('reader.jpg', { origin: 'widget', verified: 'reported' }),
    doneJob('duplicate.jpg', { deleted: true, link: null }),
  ];
}

const scenes: Record<string, () => MemoryBackend> = {
  onboarding: () => new MemoryBackend(snapshot({ accounts: [], active: null })),
  empty: () => new MemoryBackend(snapshot()),
  sandbox: () =>
    new MemoryBackend(
      snapshot({
        accounts: [sandboxAccount],
        jobs: [doneJob('lighthouse.jpg', { account: 'sandbox' }), doneJob('gulls.jpg', { account: 'sandbox', size: 912_000 })],
        batches: [batch({ account: 'sandbox' })],
      }),
    ),
  'empty-sandbox': () => new MemoryBackend(snapshot({ accounts: [sandboxAccount] })),
  states: () => new MemoryBackend(snapshot({ jobs: everyState(), accounts: [account(), presetAccount, sandboxAccount] })),
  banner: () =>
    new MemoryBackend(
      snapshot({
        accounts: [account({ problem: problem('wrong_secret', 'The API secret does not belong to key 491672593812345.', 'Enter it again; 14 uploads wait.', 'afterChange') })],
        jobs: [job({ name: 'buoys.webp' }), job({ name: 'slipway.jpg' }), doneJob('lighthouse.jpg')],
      }),
    ),
  session: () =>
    new MemoryBackend(
      snapshot({
        accounts: [account({ keeping: 'session' })],
        store: { keyring: false, name: 'Secret Service', problem: problem('no_store', 'This system offers no keyring.', 'The secret is kept until Aloft quits.', 'afterChange'), vault: 'absent' },
        jobs: [doneJob('lighthouse.jpg')],
      }),
    ),
  trouble: () =>
    new MemoryBackend(snapshot(), {
      snapshot: () => {
        throw refusal('disk', 'The queue’s database cannot be opened.', 'Check that the disk is not full.');
      },
    }),
  busy,
  settings: settled,
  locked,
  many: () => many(100_000),
  library: () => {
    const backend = busy();
    backend.snapshot = { ...backend.snapshot, library: library() };
    return backend;
  },
};

/** A queue of so many rows in five batches, most of them done, the newest under way. */
export function many(rows: number): MemoryBackend {
  const each = Math.ceil(rows / 5);
  const jobs = Array.from({ length: rows }, (_, index): JobView => {
    const id = index + 1;
    const name = `IMG_${String(id).padStart(6, '0')}.jpg`;
    const number = Math.floor(index / each) + 1;
    if (id % 997 === 0) return { ...job({ id, name, batch: number, state: 'failed' }), problem: problem('source_missing', `${name} is no longer where it was.`, '', 'afterChange') };
    if (number === 5 && index % each > 400) return job({ id, name, batch: number, state: index % each < 404 ? 'uploading' : 'waiting', sent: index % each < 404 ? 1_400_000 : 0 });
    return doneJob(name, { id, batch: number });
  });
  const batches = [5, 4, 3, 2, 1].map((id) => batch({ id, label: `Season ${2021 + id}`, createdAt: `2026-11-${19 + id}T09:30:00Z` }));
  const backend = new MemoryBackend(snapshot({ jobs, batches, accounts: [account(), presetAccount] }));
  backend.pictures = (id) => picture(id);
  return backend;
}

/** What left the queue long ago. */
function library(): JobView[] {
  const names = ['mole-at-dawn.jpg', 'net-loft.jpg', 'tide-table.pdf', 'capstan.png', 'ferry.mov', 'buoy-yard.jpg'];
  return Array.from({ length: 240 }, (_, index): JobView => {
    const name = names[index % names.length] as string;
    return doneJob(name.replace('.', `-${240 - index}.`), {
      id: -240 + index,
      batch: 0,
      resourceType: name.endsWith('.mov') ? 'video' : name.endsWith('.pdf') ? 'raw' : 'image',
      folder: index % 3 === 0 ? 'harbour/2026' : 'press',
      tags: index % 4 === 0 ? ['cover'] : [],
      at: new Date(Date.parse('2026-11-20T10:00:00Z') - index * 36 * 3_600_000).toISOString(),
    });
  });
}

function busy(): MemoryBackend {
  const jobs = [
    job({ batch: 3, name: 'ferry-timelapse.mov', resourceType: 'video', size: 1_240_000_000, state: 'uploading', sent: 412_000_000 }),
    job({ batch: 3, name: 'fog over the outer harbour, seen from the old lighthouse at half past six IMG_2204.jpg', state: 'uploading', sent: 2_900_000 }),
    job({ batch: 3, name: 'quay.png', state: 'finishing', sent: 4_812_000 }),
    job({ batch: 3, name: 'buoys.webp' }),
    job({ batch: 3, name: 'logo.svg', state: 'needsYou', problem: problem('name_taken', 'Another asset is already called “logo”.', 'Choose another public ID.', 'afterChange') }),
    doneJob('lighthouse.jpg', { batch: 2 }),
    doneJob('gulls.jpg', { batch: 2, size: 912_000, width: 1600, height: 1067 }),
    job({ batch: 2, name: 'broken.jpg', state: 'failed', problem: problem('not_an_image', 'broken.jpg is not an image that Cloudinary can read.', '', 'never') }),
    doneJob('tide-table.csv', { batch: 1, resourceType: 'raw', size: 18_400, width: null, height: null }),
  ];
  const batches = [batch({ id: 3, label: 'Harbour, November' }), batch({ id: 2, createdAt: '2026-11-24T09:02:00Z' }), batch({ id: 1, createdAt: '2026-11-21T16:40:00Z' })];
  const backend = new MemoryBackend(snapshot({ jobs, batches, accounts: [account(), presetAccount, sandboxAccount] }));
  backend.pictures = picture;
  return backend;
}

/** Locked in the middle of things: what was under way waits. */
function locked(): MemoryBackend {
  const backend = busy();
  const waits = (one: JobView): JobView => (['uploading', 'finishing'].includes(one.state) ? { ...one, state: 'waiting' } : one);
  const jobs = backend.snapshot.jobs.map(waits);
  backend.snapshot = { ...backend.snapshot, locked: true, jobs, totals: totalsOf(jobs) };
  return backend;
}

/** A program in which much is set, with a folder that is not there. */
function settled(): MemoryBackend {
  const watch = { account: 'harbour', place: '/home/ada/Pictures/Exports', folder: 'exports/2026', recursive: true, settling: 0, problem: null };
  const gone = problem('source_missing', '“/media/card/DCIM” is not there now.', 'It is watched again as soon as it is back.', 'afterChange');
  const watches = [
    { ...watch, id: 1 },
    { ...watch, id: 2, place: '/home/ada/Screenshots', folder: '', recursive: false, settling: 3 },
    { ...watch, id: 3, account: 'preset', place: '/media/card/DCIM', folder: '', problem: gone },
  ];
  const backend = new MemoryBackend(
    snapshot({
      accounts: [account(), { ...presetAccount, verification: { state: 'rejected', reason: 'The preset is not for unsigned uploads.' } }, sandboxAccount],
      jobs: [doneJob('lighthouse.jpg'), doneJob('gulls.jpg', { size: 912_000 })],
      settings: { ...plainSettings, copyWhenDone: true, shortcut: 'Ctrl+Shift+U' },
    }),
    { watches: () => ({ watches }), unwatch: ({ id }) => ({ watches: watches.filter((one) => one.id !== id) }) },
  );
  backend.limits = [
    { id: null, rate: '2 MB', hours: [{ from: '22:00', to: '06:00', rate: '' }], concurrency: null },
    { id: 'harbour', rate: '', hours: [], concurrency: 4 },
    { id: 'preset', rate: '500 KB', hours: [], concurrency: null },
    { id: 'sandbox', rate: '', hours: [], concurrency: null },
  ];
  const home = '/home/ada/.local/share/aloft';
  backend.places = [
    { kind: 'accounts', place: '/home/ada/.config/aloft/accounts.json', bytes: 2_148 },
    { kind: 'settings', place: '/home/ada/.config/aloft/settings.json', bytes: 96 },
    { kind: 'queue', place: `${home}/queue.db`, bytes: 18_400_000 },
    { kind: 'sandbox', place: `${home}/sandbox`, bytes: 912_000_000 },
  ];
  return backend;
}

/** A small drawn picture, so that scenes have something to show. */
export function picture(id: number): string {
  const hue = (id * 47) % 360;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="hsl(${hue} 45% 72%)"/><circle cx="28" cy="12" r="5" fill="hsl(${(hue + 40) % 360} 80% 85%)"/><path d="M0 30 12 18l10 9 7-6 11 10v9H0Z" fill="hsl(${hue} 40% 36%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

/** Bytes that move by themselves, for `npm run dev`. */
export function flow(backend: MemoryBackend): void {
  setInterval(() => {
    const moving = backend.snapshot.jobs.filter((one) => one.state === 'uploading' && one.sent < one.total);
    for (const one of moving) one.sent = Math.min(one.total, one.sent + one.total / 400);
    backend.progress(...moving.map(({ id, sent, total }) => ({ id, sent, total })));
  }, 250);
}

export const storyNames = Object.keys(scenes);

export function story(name: string): MemoryBackend {
  const scene = scenes[name];
  if (scene === undefined) throw new Error(`no story is called ${name}; there are ${storyNames.join(', ')}`);
  return scene();
}
