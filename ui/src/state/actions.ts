import type { Component } from 'svelte';
import Check from '@lucide/svelte/icons/list-checks';
import CircleStop from '@lucide/svelte/icons/circle-x';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import Code from '@lucide/svelte/icons/code-xml';
import ExternalLink from '@lucide/svelte/icons/external-link';
import FilePlus from '@lucide/svelte/icons/file-plus';
import FolderPlus from '@lucide/svelte/icons/folder-plus';
import FolderSearch from '@lucide/svelte/icons/folder-search';
import Hash from '@lucide/svelte/icons/hash';
import Info from '@lucide/svelte/icons/info';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Link from '@lucide/svelte/icons/link';
import PanelTop from '@lucide/svelte/icons/panel-top';
import Pause from '@lucide/svelte/icons/pause';
import PictureInPicture from '@lucide/svelte/icons/picture-in-picture-2';
import Play from '@lucide/svelte/icons/play';
import Plus from '@lucide/svelte/icons/plus';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Sliders from '@lucide/svelte/icons/sliders-horizontal';
import Search from '@lucide/svelte/icons/search';
import Brackets from '@lucide/svelte/icons/brackets';
import Trash from '@lucide/svelte/icons/trash-2';

import type { JobState, JobView } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import type { App } from './app.svelte';

export type Group = 'add' | 'selection' | 'copy' | 'window';

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
  enabled: (app: App) => boolean;
  run: (app: App) => void | Promise<void>;
}

const PAUSABLE: readonly JobState[] = ['waiting', 'preparing', 'uploading', 'waitingForNetwork'];
const STARTABLE: readonly JobState[] = ['failed', 'cancelled', 'needsYou', 'waitingForNetwork'];
const OPEN: readonly JobState[] = ['waiting', 'preparing', 'uploading', 'paused', 'waitingForNetwork', 'needsYou'];

/** Waits only because its whole account is paused: there is nothing to pause, but something to resume. */
const isHeld = (job: JobView, app: App) => job.state === 'waiting' && app.queue.account(job.account)?.paused === true;

export const canPause = (job: JobView, app: App) => PAUSABLE.includes(job.state) && !isHeld(job, app);
export const canResume = (job: JobView, app: App) => job.state === 'paused' || isHeld(job, app);
export const canRetry = (job: JobView) => STARTABLE.includes(job.state);
export const canCancel = (job: JobView) => OPEN.includes(job.state);
export const canRemove = (job: JobView) => job.state !== 'finishing';
export const hasLink = (job: JobView) => job.link !== null;

/** A pause of everything also holds what comes later, so it has to end even when no row is left that it paused. */
export const isPaused = (app: App) => app.queue.accounts.some((account) => account.paused);

const some = (test: (job: JobView, app: App) => boolean) => (app: App) => app.targets.some((job) => test(job, app));
const hasAccount = (app: App) => app.queue.active !== null;
const single = (test: (job: JobView) => boolean) => (app: App) => app.targets.length === 1 && app.targets.every(test);
const withFirst = (call: (app: App, job: JobView) => Promise<void>) => async (app: App) => {
  const [job] = app.targets;
  if (job !== undefined) await call(app, job);
};

/** Paused rows are resumed when nothing else can be paused. */
const resumes = (app: App) => !some(canPause)(app);

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
    enabled: some(hasLink), run: (app) => app.copyLinks(app.targets, 'url'),
  },
  {
    id: 'copyMarkdown', group: 'copy', words: () => m.action_copy_markdown(), icon: Hash, key: 'Mod+Shift+C', inList: false,
    enabled: some(hasLink), run: (app) => app.copyLinks(app.targets, 'markdown'),
  },
  {
    id: 'copyHtml', group: 'copy', words: () => m.action_copy_html(), icon: Code, key: null, inList: false,
    enabled: some(hasLink), run: (app) => app.copyLinks(app.targets, 'html'),
  },
  {
    id: 'copyBbcode', group: 'copy', words: () => m.action_copy_bbcode(), icon: Brackets, key: null, inList: false,
    enabled: some(hasLink), run: (app) => app.copyLinks(app.targets, 'bbcode'),
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
    enabled: some((job, app) => canPause(job, app) || canResume(job, app)),
    run: (app) => {
      const [can, verb] = resumes(app) ? ([canResume, 'resume'] as const) : ([canPause, 'pause'] as const);
      return app.controlJobs(app.targets.filter((job) => can(job, app)), verb);
    },
  },
  {
    id: 'retry', group: 'selection', words: () => m.action_retry(), icon: RotateCw, key: 'R', inList: true,
    enabled: some(canRetry), run: (app) => app.controlJobs(app.targets.filter(canRetry), 'retry'),
  },
  {
    id: 'cancel', group: 'selection', words: () => m.action_cancel_upload(), icon: CircleStop, key: null, inList: true,
    enabled: some(canCancel), run: (app) => app.controlJobs(app.targets.filter(canCancel), 'cancel'),
  },
  {
    id: 'details', group: 'selection', words: () => m.action_details(), icon: Info, key: 'I', inList: true,
    enabled: single(() => true), run: withFirst((app, job) => app.showDetails(job)),
  },
  {
    id: 'remove', group: 'selection', words: () => m.action_remove(), icon: Trash, key: 'Delete', inList: true,
    enabled: some(canRemove), run: (app) => app.remove(app.targets.filter(canRemove)),
  },
  {
    id: 'selectAll', group: 'selection', words: () => m.action_select_all(), icon: Check, key: 'Mod+A', inList: true,
    enabled: (app) => app.rows.length > 0, run: (app) => app.selection.all(app.rows),
  },
  {
    id: 'find', group: 'window', words: () => m.action_find(), icon: Search, key: 'Mod+F', inList: false,
    enabled: hasAccount, run: (app) => app.focusSearch(),
  },
  {
    id: 'pauseAll', group: 'window', words: () => m.action_pause_all(), icon: Pause, key: null, inList: false,
    enabled: (app) => app.queue.jobs.some((job) => canPause(job, app)), run: (app) => app.control({ kind: 'all' }, 'pause'),
  },
  {
    id: 'resumeAll', group: 'window', words: () => m.action_resume_all(), icon: Play, key: null, inList: false,
    enabled: (app) => isPaused(app) || app.queue.jobs.some((job) => canResume(job, app)),
    run: (app) => app.control({ kind: 'all' }, 'resume'),
  },
  {
    id: 'dropWindow', group: 'window', words: () => m.action_drop_window(), icon: PictureInPicture, key: null, inList: false,
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
    id: 'defaults', group: 'window', words: () => m.action_defaults(), icon: Sliders, key: null, inList: false,
    enabled: hasAccount, run: (app) => app.openOptions(app.queue.active, true),
  },
  {
    id: 'shortcuts', group: 'window', words: () => m.action_shortcuts(), icon: Keyboard, key: '?', inList: false,
    enabled: () => true,
    run: (app) => {
      app.sheet = { kind: 'shortcuts' };
    },
  },
];

export function action(id: string): Action {
  const found = actions.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no action is called ${id}`);
  return found;
}
