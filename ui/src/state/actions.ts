import type { Component } from 'svelte';
import Command from '@lucide/svelte/icons/command';
import Check from '@lucide/svelte/icons/list-checks';
import CircleStop from '@lucide/svelte/icons/circle-x';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import Code from '@lucide/svelte/icons/code-xml';
import ExternalLink from '@lucide/svelte/icons/external-link';
import FileInput from '@lucide/svelte/icons/file-input';
import FileLock from '@lucide/svelte/icons/file-lock';
import FilePlus from '@lucide/svelte/icons/file-plus';
import FileSearch from '@lucide/svelte/icons/file-search';
import FilterX from '@lucide/svelte/icons/funnel-x';
import FolderPlus from '@lucide/svelte/icons/folder-plus';
import FolderSearch from '@lucide/svelte/icons/folder-search';
import Hash from '@lucide/svelte/icons/hash';
import Info from '@lucide/svelte/icons/info';
import Keyboard from '@lucide/svelte/icons/keyboard';
import LibraryBig from '@lucide/svelte/icons/library-big';
import Link from '@lucide/svelte/icons/link';
import Lock from '@lucide/svelte/icons/lock-keyhole';
import PanelTop from '@lucide/svelte/icons/panel-top';
import Pause from '@lucide/svelte/icons/pause';
import PictureInPicture from '@lucide/svelte/icons/picture-in-picture-2';
import Play from '@lucide/svelte/icons/play';
import Plus from '@lucide/svelte/icons/plus';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Sliders from '@lucide/svelte/icons/sliders-horizontal';
import Search from '@lucide/svelte/icons/search';
import SettingsIcon from '@lucide/svelte/icons/settings';
import UserRound from '@lucide/svelte/icons/user-round';
import Brackets from '@lucide/svelte/icons/brackets';
import CloudUpload from '@lucide/svelte/icons/cloud-upload';
import Copy from '@lucide/svelte/icons/copy';
import Eraser from '@lucide/svelte/icons/eraser';
import Trash from '@lucide/svelte/icons/trash-2';
import Undo from '@lucide/svelte/icons/undo-2';

import type { BatchView, JobState, JobView, Run, Standing, Totals } from '../backend/contract';
import { IdSet } from '../lib/id-set';
import * as m from '../paraglide/messages.js';
import type { App } from './app.svelte';

export type Group = 'add' | 'selection' | 'copy' | 'window' | 'account';

/** Something a person can do, said once: menus, tooltips, keys and the sheet of shortcuts read it. */
export interface Action {
  id: string;
  group: Group;
  words: (app: App) => string;
  icon: Component;
  /** Written as in `lib/keys`; none when the action has no key. */
  key: string | null;
  /** A key without Ctrl works only while the list has the focus. */
  inList: boolean;
  /** Whether there is such a thing here at all: what is not is offered nowhere. Left out, it is everywhere. */
  here?: (app: App) => boolean;
  enabled: (app: App) => boolean;
  run: (app: App) => void | Promise<void>;
}

const PAUSABLE: readonly JobState[] = ['waiting', 'preparing', 'uploading', 'waitingForNetwork'];
const STARTABLE: readonly JobState[] = ['failed', 'cancelled', 'needsYou', 'waitingForNetwork'];
const OPEN: readonly JobState[] = ['waiting', 'preparing', 'uploading', 'paused', 'waitingForNetwork', 'needsYou'];

/** Waits only because its whole account is paused: there is nothing to pause, but something to resume. */
const isHeld = (job: JobView, app: App) => job.state === 'waiting' && app.queue.account(job.account)?.paused === true;

/** A row of the library that is not in the queue any more; only its link is left to act on. */
const isQueued = (job: JobView) => job.id > 0;

export const canPause = (job: JobView, app: App) => PAUSABLE.includes(job.state) && !isHeld(job, app);
export const canResume = (job: JobView, app: App) => job.state === 'paused' || isHeld(job, app);
export const canRetry = (job: JobView) => STARTABLE.includes(job.state);
export const canCancel = (job: JobView) => OPEN.includes(job.state);
export const canRemove = (job: JobView) => isQueued(job) && job.state !== 'finishing';
export const hasLink = (job: JobView) => job.link !== null;
/** There is something in Cloudinary to delete; whether it may be is the program's to say. */
export const canDelete = (job: JobView) => job.link !== null;
export const canUploadAgain = (job: JobView) => job.deleted && job.origin === 'file';
/** Right after the upload, with an account that can delete. Past that time the program asks. */
export const canUndo = (job: JobView, app: App) =>
  job.undoUntil !== null &&
  Date.parse(job.undoUntil) > app.queue.time() &&
  app.queue.account(job.account)?.access.kind === 'signed';

/** A pause of everything also holds what comes later, so it has to end even when no row is left that it paused. */
export const isPaused = (app: App) => app.queue.accounts.some((account) => account.paused);

type Test = (job: JobView, app: App) => boolean;

/** What the sums of a batch say about its rows that are not loaded. */
const unseen = new Map<Test, (sums: Totals, batch: BatchView, app: App) => boolean>([
  [canPause, ({ moving, waiting }, batch, app) => moving > 0 || (waiting > 0 && !app.queue.account(batch.account)?.paused)],
  [canResume, ({ paused, waiting }, batch, app) => paused > 0 || (waiting > 0 && app.queue.account(batch.account)?.paused === true)],
  [canRetry, ({ failed, needsYou }) => failed + needsYou > 0],
  [canCancel, ({ moving, waiting, paused, needsYou }) => moving + waiting + paused + needsYou > 0],
  [hasLink, ({ done }) => done > 0],
  [canDelete, ({ done }) => done > 0],
  [canRemove, () => true],
]);

/** Whether a test holds for one of the chosen rows, as far as that is known. */
const some = (test: Test) => (app: App) =>
  app.targets.some((job) => test(job, app)) || app.unseen.some((batch) => unseen.get(test)?.(batch.sums, batch, app) ?? false);
/** The chosen rows' numbers that a control is for; what is not loaded is left to the program. */
const queued = (app: App, test: Test) => app.idsWhere((job) => test(job, app)).filter((id) => id > 0);
const ids = (jobs: JobView[]) => jobs.map((job) => job.id);
const hasAccount = (app: App) => app.queue.active !== null;
const single = (test: (job: JobView) => boolean) => (app: App) => app.targetIds.size === 1 && app.targets.length === 1 && app.targets.every(test);
const withFirst = (call: (app: App, job: JobView) => Promise<void>) => async (app: App) => {
  const [job] = app.targets;
  if (job !== undefined) await call(app, job);
};

/** Paused rows are resumed when nothing else can be paused. */
const resumes = (app: App) => !some(canPause)(app);

/** The chosen rows that a test holds for; of those that are not loaded, the ones that stand so. Nothing when that could not be found out. */
async function reached(app: App, test: Test, standings: readonly Standing[]): Promise<number[] | null> {
  const ids = app.idsWhere((job) => test(job, app));
  if (app.unseen.length === 0) return ids;
  const runs: Run[] = [];
  for (const standing of standings) {
    const groups = await app.standing(standing);
    if (groups === null) return null;
    runs.push(...groups.flatMap((group) => group.runs));
  }
  const stands = IdSet.ofRuns(runs);
  const known = new Set(app.targets.map(({ id }) => id));
  return ids.filter((id) => known.has(id) || id < 0 || stands.has(id));
}

/** Of what is not loaded, only what is in trouble is tried again: the program would also start what rests. */
async function retry(app: App): Promise<void> {
  const ids = await reached(app, canRetry, ['failed', 'needsYou']);
  if (ids !== null) await app.controlIds(ids.filter((id) => id > 0), 'retry');
}

async function deleteAssets(app: App): Promise<void> {
  const ids = await reached(app, canDelete, ['done']);
  if (ids !== null) await app.deleteAssets(ids);
}

/** So many accounts are reached with Ctrl and a digit. */
export const ACCOUNT_KEYS = 9;

/** One step to the account that stands at this place of the list. */
const useAccount = (index: number): Action => ({
  id: `useAccount${index + 1}`, group: 'account', icon: UserRound, key: `Mod+${index + 1}`, inList: false,
  words: (app) => m.action_use_account({ label: app.queue.accounts[index]?.label ?? String(index + 1) }),
  here: (app) => app.queue.accounts[index] !== undefined,
  enabled: () => true,
  run: async (app) => {
    const account = app.queue.accounts[index];
    if (account !== undefined && account.id !== app.queue.active?.id) await app.accounts.use(account);
  },
});

export const actions: readonly Action[] = [
  {
    id: 'addFiles', group: 'add', words: () => m.action_add_files(), icon: FilePlus, key: 'Mod+O', inList: false,
    enabled: hasAccount, run: (app) => app.add('fileDialog'),
  },
  {
    id: 'addFolder', group: 'add', words: () => m.action_add_folder(), icon: FolderPlus, key: 'Mod+Shift+O', inList: false,
    enabled: hasAccount, run: (app) => app.add('folderDialog'),
  },
  {
    id: 'paste', group: 'add', words: () => m.action_paste(), icon: ClipboardPaste, key: 'Mod+V', inList: false,
    enabled: hasAccount, run: (app) => app.add('clipboard'),
  },
  {
    id: 'addWithOptions', group: 'add', words: () => m.action_add_with_options(), icon: Sliders, key: 'Mod+Shift+A', inList: false,
    enabled: hasAccount, run: (app) => app.openOptions(),
  },
  {
    id: 'openWidget', group: 'add', words: () => m.action_open_widget(), icon: PanelTop, key: 'Mod+U', inList: false,
    enabled: hasAccount, run: (app) => app.openWidget(),
  },
  {
    id: 'copyLink', group: 'copy', words: () => m.action_copy_link(), icon: Link, key: 'Mod+C', inList: false,
    enabled: some(hasLink), run: (app) => app.copyIds(app.idsWhere(hasLink), 'url'),
  },
  {
    id: 'copyMarkdown', group: 'copy', words: () => m.action_copy_markdown(), icon: Hash, key: 'Mod+Shift+C', inList: false,
    enabled: some(hasLink), run: (app) => app.copyIds(app.idsWhere(hasLink), 'markdown'),
  },
  {
    id: 'copyHtml', group: 'copy', words: () => m.action_copy_html(), icon: Code, key: null, inList: false,
    enabled: some(hasLink), run: (app) => app.copyIds(app.idsWhere(hasLink), 'html'),
  },
  {
    id: 'copyBbcode', group: 'copy', words: () => m.action_copy_bbcode(), icon: Brackets, key: null, inList: false,
    enabled: some(hasLink), run: (app) => app.copyIds(app.idsWhere(hasLink), 'bbcode'),
  },
  {
    id: 'copyAs', group: 'copy', words: () => m.action_copy_as(), icon: Copy, key: 'Mod+Shift+L', inList: false,
    enabled: some(hasLink), run: (app) => app.copyAs(app.idsWhere(hasLink)),
  },
  {
    id: 'openLink', group: 'selection', words: () => m.action_open_link(), icon: ExternalLink, key: 'Enter', inList: true,
    enabled: single(hasLink), run: withFirst((app, job) => app.openLink(job)),
  },
  {
    id: 'revealFile', group: 'selection', words: () => m.action_reveal(), icon: FolderSearch, key: null, inList: false,
    enabled: single((job) => job.origin === 'file'), run: withFirst((app, job) => app.reveal(job)),
  },
  {
    id: 'pauseOrResume', group: 'selection',
    words: (app) => (resumes(app) ? m.action_resume() : m.action_pause()), icon: Pause, key: 'Space', inList: true,
    enabled: (app) => some(canPause)(app) || some(canResume)(app),
    run: (app) => {
      const [can, verb] = resumes(app) ? ([canResume, 'resume'] as const) : ([canPause, 'pause'] as const);
      return app.controlIds(queued(app, can), verb);
    },
  },
  {
    id: 'retry', group: 'selection', words: () => m.action_retry(), icon: RotateCw, key: 'R', inList: true,
    enabled: some(canRetry), run: retry,
  },
  {
    id: 'cancel', group: 'selection', words: () => m.action_cancel_upload(), icon: CircleStop, key: null, inList: true,
    enabled: some(canCancel), run: (app) => app.controlIds(queued(app, canCancel), 'cancel'),
  },
  {
    id: 'details', group: 'selection', words: () => m.action_details(), icon: Info, key: 'I', inList: true,
    enabled: single(() => true), run: withFirst((app, job) => app.showDetails(job)),
  },
  {
    id: 'undoUpload', group: 'selection', words: () => m.action_undo_upload(), icon: Undo, key: null, inList: true,
    enabled: some(canUndo), run: (app) => app.undoUploads(ids(app.targets.filter((job) => canUndo(job, app)))),
  },
  {
    id: 'uploadAgain', group: 'selection', words: () => m.action_upload_again(), icon: CloudUpload, key: null, inList: true,
    enabled: some(canUploadAgain), run: (app) => app.uploadAgain(ids(app.targets.filter(canUploadAgain))),
  },
  {
    id: 'deleteAsset', group: 'selection', words: () => m.action_delete_asset(), icon: Eraser, key: 'Shift+Delete', inList: true,
    enabled: some(canDelete), run: deleteAssets,
  },
  {
    id: 'remove', group: 'selection', words: () => m.action_remove(), icon: Trash, key: 'Delete', inList: true,
    enabled: some(canRemove), run: (app) => app.removeIds(queued(app, canRemove)),
  },
  {
    id: 'selectAll', group: 'selection', words: () => m.action_select_all(), icon: Check, key: 'Mod+A', inList: true,
    enabled: (app) => app.rows.count > 0, run: (app) => app.selection.all(app.rows),
  },
  {
    id: 'undo', group: 'window', words: () => m.action_undo_last(), icon: Undo, key: 'Mod+Z', inList: false,
    enabled: (app) => app.toasts.current?.undo === true, run: (app) => app.toasts.act(),
  },
  {
    id: 'find', group: 'window', words: () => m.action_find(), icon: Search, key: 'Mod+F', inList: false,
    enabled: hasAccount, run: (app) => app.focusSearch(),
  },
  {
    id: 'library', group: 'window',
    words: (app) => (app.finder.filter.scope === 'library' ? m.action_show_queue() : m.action_show_library()),
    icon: LibraryBig, key: 'Mod+L', inList: false,
    enabled: hasAccount,
    run: (app) => {
      void app.finder.show();
      app.finder.set({ scope: app.finder.filter.scope === 'library' ? 'queue' : 'library' });
    },
  },
  {
    id: 'clearFilters', group: 'window', words: () => m.action_clear_filters(), icon: FilterX, key: null, inList: false,
    enabled: (app) => app.finder.active, run: (app) => app.finder.clear(),
  },
  {
    id: 'palette', group: 'window', words: () => m.action_palette(), icon: Command, key: 'Mod+K', inList: false,
    enabled: hasAccount,
    run: (app) => {
      app.sheet = { kind: 'palette' };
    },
  },
  {
    id: 'pauseAll', group: 'window', words: () => m.action_pause_all(), icon: Pause, key: null, inList: false,
    enabled: (app) => app.queue.batches.some((batch) => unseen.get(canPause)?.(batch.sums, batch, app)), run: (app) => app.control({ kind: 'all' }, 'pause'),
  },
  {
    id: 'resumeAll', group: 'window', words: () => m.action_resume_all(), icon: Play, key: null, inList: false,
    enabled: (app) => isPaused(app) || app.queue.batches.some((batch) => unseen.get(canResume)?.(batch.sums, batch, app)),
    run: (app) => app.control({ kind: 'all' }, 'resume'),
  },
  {
    id: 'lock', group: 'window', words: (app) => (app.queue.locked ? m.action_unlock() : m.action_lock()),
    icon: Lock, key: 'Mod+Shift+K', inList: false,
    enabled: hasAccount, run: (app) => (app.queue.locked ? app.unlock() : app.lock()),
  },
  {
    id: 'dropWindow', group: 'window', words: () => m.action_drop_window(), icon: PictureInPicture, key: null, inList: false,
    here: (app) => app.queue.snapshot?.here.dropWindow === null,
    enabled: hasAccount, run: (app) => app.toggleDropWindow(),
  },
  {
    id: 'addAccount', group: 'window', words: () => m.action_add_account(), icon: Plus, key: null, inList: false,
    enabled: () => true,
    run: (app) => {
      app.adding = { way: 'choose', filled: {} };
    },
  },
  {
    id: 'findAccounts', group: 'window', words: () => m.action_find_accounts(), icon: FileSearch, key: null, inList: false,
    enabled: () => true, run: (app) => app.moving.find(),
  },
  {
    id: 'exportAccounts', group: 'window', words: () => m.action_export_accounts(), icon: FileLock, key: null, inList: false,
    enabled: hasAccount, run: (app) => app.moving.export(),
  },
  {
    id: 'importBackup', group: 'window', words: () => m.action_import_backup(), icon: FileInput, key: null, inList: false,
    enabled: () => true, run: (app) => app.moving.import(),
  },
  {
    id: 'defaults', group: 'window', words: () => m.action_defaults(), icon: Sliders, key: null, inList: false,
    enabled: hasAccount, run: (app) => app.openOptions(app.queue.active, true),
  },
  {
    id: 'settings', group: 'window', words: () => m.action_settings(), icon: SettingsIcon, key: 'Mod+,', inList: false,
    enabled: (app) => !app.onboarding, run: (app) => app.settings.show(),
  },
  {
    id: 'shortcuts', group: 'window', words: () => m.action_shortcuts(), icon: Keyboard, key: '?', inList: false,
    enabled: () => true,
    run: (app) => {
      app.sheet = { kind: 'shortcuts' };
    },
  },
  ...Array.from({ length: ACCOUNT_KEYS }, (_, index) => useAccount(index)),
];

export function action(id: string): Action {
  const found = actions.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no action is called ${id}`);
  return found;
}

/** Whether there is such a thing here. */
export const isHere = (one: Action, app: App): boolean => one.here?.(app) ?? true;

/** Whether it can be done now. */
export const isReady = (one: Action, app: App): boolean => isHere(one, app) && one.enabled(app);

/** Does what something outside the page asks for, if it can be done now. */
export function runById(app: App, id: string): void {
  const wanted = actions.find((one) => one.id === id);
  if (wanted !== undefined && isReady(wanted, app)) void wanted.run(app);
}
