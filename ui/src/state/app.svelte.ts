import { untrack } from 'svelte';

import { type Backend, problemOf } from '../backend/backend';
import type {
  AccountView,
  AddFrom,
  AddReport,
  BatchView,
  BeginAccount,
  Commands,
  ControlTarget,
  ControlVerb,
  Deleted,
  Event as Told,
  ClientView,
  HeldView,
  JobDetails,
  JobView,
  Notice,
  Problem,
  UnsignedAccount,
} from '../backend/contract';
import { IdSet } from '../lib/id-set';
import * as m from '../paraglide/messages.js';
import { Accounts } from './accounts';
import { canUndo, runById } from './actions';
import { addedWords } from './added';
import { type Banner, bannerOf } from './banner';
import { Copying, plainForm, type SimpleFormat, withLink } from './copying.svelte';
import { deletedWords, justFinished } from './deleted';
import { Finder, type FoundGroup, type Standing } from './finder.svelte';
import { speak } from './language.svelte';
import { List } from './list.svelte';
import { Looking, MOST } from './looking.svelte';
import { Moving } from './moving.svelte';
import { isSameHeld, Options } from './options.svelte';
import { inFull, type Remedy, troubleOf } from './problems';
import { type Clock, Queue, realClock, type Told as Shown } from './queue.svelte';
import { Care } from './care.svelte';
import { type About, apply } from './remedy';
import { Rows } from './rows';
import { Selection } from './selection.svelte';
import { Settings } from './settings.svelte';
import { Toasts } from './toasts.svelte';

/** What is open over the list. */
export type Sheet =
  | { kind: 'shortcuts' }
  | { kind: 'palette' }
  | { kind: 'rename'; account: AccountView }
  | { kind: 'edit'; account: AccountView }
  | { kind: 'client'; client: ClientView }
  | { kind: 'rotate'; id: string }
  | { kind: 'find' }
  | { kind: 'backup' }
  | { kind: 'options'; options: Options }
  | { kind: 'copy'; copying: Copying }
  | { kind: 'details'; job: JobView; details: JobDetails | null; problem: Problem | null };

/** That the user does something is told at most every so many milliseconds; what counts is minutes. */
const USED = 20_000;

/** Which way into an account is being taken. */
export type Way = 'choose' | 'signed' | 'preset';

/** The window: what it shows, and what can be asked of it. Knows no element. */
export class App {
  readonly queue: Queue;
  readonly selection = new Selection();
  readonly list = new List(this.selection);
  readonly toasts = new Toasts();
  readonly settings = new Settings(this);
  readonly accounts = new Accounts(this);
  readonly care = new Care(this);
  readonly moving = new Moving(this);
  readonly finder: Finder;
  readonly looking: Looking;
  readonly backend: Backend;

  /** Why the window could not start. */
  trouble = $state.raw<Problem | null>(null);
  sheet = $state.raw<Sheet | null>(null);
  /** The screen with the ways into an account, when it was asked for over a list. */
  adding = $state.raw<{ way: Way; filled: Partial<BeginAccount & UnsignedAccount> } | null>(null);
  /** The name of the command that runs and blocks its own button. */
  busy = $state<keyof Commands | null>(null);
  dragging = $state(false);
  /** Set by the view that has the field; the registry calls it. */
  focusSearch: () => void = () => {};

  /** What an action on “the selection” means: the chosen rows, else the focused one. */
  targetIds: IdSet = $derived.by(() => {
    const { chosen, focus } = this.selection;
    return chosen.size > 0 || focus === null ? chosen : IdSet.of([focus]);
  });
  /** Those of them that are loaded, in list order. */
  targets: JobView[] = $derived.by(() => {
    const found = [...this.looking.rows.values()].filter(({ id }) => this.targetIds.has(id));
    const { rows } = this;
    return found.map((job) => [rows.indexOf(job.id), job] as const).filter(([at]) => at >= 0).sort(([a], [b]) => a - b).map(([, job]) => job);
  });
  /** The batches in which some of them are, when not all are loaded; else none. */
  unseen: BatchView[] = $derived.by(() => {
    if (this.targets.length >= this.targetIds.size) return [];
    return (this.queue.snapshot?.batches ?? []).filter(({ runs }) => runs.some((run) => this.targetIds.meets(run)));
  });
  banner: Banner | null = $derived.by(() => bannerOf(this.queue));
  onboarding = $derived.by(() => this.queue.snapshot !== null && this.queue.accounts.length === 0);

  #unsubscribe: (() => void) | null = null;
  #stopLooking: (() => void) | null = null;
  /** What was held and is no longer; a snapshot that was on its way may still tell of it. */
  #released: HeldView | null = null;

  readonly #clock: Clock;
  /** When the program was told last that the user does something. */
  #usedAt = Number.NEGATIVE_INFINITY;

  constructor(backend: Backend, clock: Clock = realClock) {
    this.backend = backend;
    this.#clock = clock;
    this.looking = new Looking(
      async (ids) => (await this.quietly('look_at', { ids }))?.rows ?? null,
      (jobs) => this.queue.took(jobs),
    );
    this.queue = new Queue(clock, this.looking.rows);
    this.finder = new Finder(
      (request) => this.quietly('find', request),
      () => this.quietly('facets', null),
      () => this.#arrange(),
      () => clock.now(),
    );
  }

  /** The list's order. */
  get rows(): Rows {
    return this.list.rows;
  }

  async start(): Promise<void> {
    this.trouble = null;
    this.#stopLooking ??= this.#look();
    try {
      this.#unsubscribe = await this.backend.subscribe((event) => this.#told(event));
      this.#replace(await this.backend.call('snapshot', null));
      this.looking.again();
    } catch (thrown) {
      this.trouble = problemOf(thrown);
    }
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#stopLooking?.();
    this.#stopLooking = null;
    this.finder.stop();
    this.queue.stop();
    this.toasts.dismiss();
  }

  // Adding

  async add(from: AddFrom): Promise<void> {
    const report = await this.ask('add', { from, account: null, choices: null });
    if (report !== null) this.#sayAdded(report);
  }

  /** The sheet in which the next upload is set, or what is kept for an account. */
  openOptions(account: AccountView | null = this.queue.active, kept = false): void {
    if (account !== null) this.sheet = { kind: 'options', options: new Options(this.backend, account, { kept }) };
  }

  async addWithOptions(options: Options, from: AddFrom): Promise<void> {
    const report = await options.add(from);
    // a dialog that was dismissed leaves the sheet as it is
    if (report === null || (report.added === 0 && report.skipped.length === 0)) return;
    if (from === 'held') this.#released = options.held;
    this.#closeSheetOf(options);
    this.#sayAdded(report);
  }

  async keepDefaults(options: Options): Promise<void> {
    if ((await options.keep()) === null) return;
    this.#closeSheetOf(options);
    this.toasts.say(m.said_defaults_kept({ label: options.account.label }));
  }

  /** Closed without an upload, what was held is let go, which is said and can be undone. */
  async closeOptions(options: Options): Promise<void> {
    this.#closeSheetOf(options);
    if (options.held === null) return;
    this.#released = options.held;
    const gone = await this.ask('drop_held', { id: options.account.id });
    if (gone === null || gone.undo === null) return;
    const { held, undo } = gone;
    const [first = ''] = held.names;
    this.toasts.say(m.said_put_back({ count: held.count, names: first }), { undo: () => void this.holdAgain(undo) });
  }

  /** Brings back what was let go of: it asks again. */
  async holdAgain(undo: number): Promise<void> {
    this.#released = null;
    await this.ask('hold_again', { undo });
  }

  async openWidget(): Promise<void> {
    await this.ask('open_widget', null);
  }

  /** The program asks first where a secret would be lost by it. */
  async lock(): Promise<void> {
    await this.ask('lock', null);
  }

  /** The program asks in a dialog of its own. */
  async unlock(): Promise<void> {
    await this.ask('unlock', null);
  }

  /** The user did something: a computer that is not used is locked, and not every system tells of its use. */
  used(): void {
    const now = this.#clock.now();
    if (now - this.#usedAt < USED) return;
    this.#usedAt = now;
    void this.quietly('used', null);
  }

  async toggleDropWindow(): Promise<void> {
    await this.ask('toggle_drop_window', null);
  }

  // Jobs

  async control(target: ControlTarget, verb: ControlVerb): Promise<void> {
    await this.ask('control', { target, verb });
  }

  /** The chosen rows in list order, but for those that are known to be no case for it. */
  idsWhere(fits: (job: JobView) => boolean): number[] {
    const others = new Set(this.targets.filter((job) => !fits(job)).map(({ id }) => id));
    const { rows } = this;
    const found = [...this.targetIds].filter((id) => !others.has(id)).map((id) => [rows.indexOf(id), id] as const);
    return found.filter(([at]) => at >= 0).sort(([a], [b]) => a - b).map(([, id]) => id);
  }

  async controlJobs(jobs: readonly JobView[], verb: ControlVerb): Promise<void> {
    await this.controlIds(jobs.map((job) => job.id), verb);
  }

  async controlIds(ids: number[], verb: ControlVerb): Promise<void> {
    if (ids.length > 0) await this.control({ kind: 'jobs', ids }, verb);
  }

  async remove(jobs: readonly JobView[]): Promise<void> {
    await this.removeIds(jobs.map((job) => job.id));
  }

  async removeIds(ids: number[]): Promise<void> {
    if (ids.length === 0) return;
    const answer = await this.ask('control', { target: { kind: 'jobs', ids }, verb: 'remove' });
    if (answer === null || answer.count === 0) return;
    this.toasts.say(m.said_removed({ count: answer.count }), {
      undo: () => void this.control({ kind: 'jobs', ids }, 'restore'),
    });
  }

  async copyLinks(jobs: readonly JobView[], kind: SimpleFormat): Promise<void> {
    await this.copyIds(withLink(jobs), kind);
  }

  /** Rows without a link are left out by the program. */
  async copyIds(ids: number[], kind: SimpleFormat): Promise<void> {
    if (ids.length === 0) return;
    const answer = await this.ask('copy_links', { ids, form: plainForm(kind), remember: false });
    if (answer !== null) this.toasts.say(answer.count === 0 ? m.said_copied_none() : m.said_copied({ count: answer.count }));
  }

  /** The numbers of rows of the queue that stand so, in list order; nothing when that could not be found out. */
  async standing(standing: Standing): Promise<FoundGroup[] | null> {
    const everything = { query: '', scope: 'queue' as const, account: null, folder: null, tag: null, kind: null, since: null, until: null };
    return (await this.ask('find', { ...everything, standing }))?.groups ?? null;
  }

  /** Opens the sheet with all forms, beginning with the one that was used last. */
  async copyAs(ids: number[]): Promise<void> {
    if (ids.length === 0) return;
    const form = await this.ask('last_link_form', null);
    if (form === null) return;
    const sandbox = this.targets.some((job) => this.queue.account(job.account)?.origin === 'sandbox');
    this.sheet = { kind: 'copy', copying: new Copying(this.backend, ids, form, sandbox) };
  }

  async copyChosen(copying: Copying): Promise<void> {
    const count = await copying.copy();
    if (count === null) return;
    this.sheet = null;
    this.toasts.say(m.said_copied({ count }));
  }

  /** The program names it in a dialog of its own, and asks. */
  async deleteAssets(ids: number[]): Promise<void> {
    this.#sayDeleted(await this.ask('delete_assets', { ids }));
  }

  async undoUploads(ids: number[]): Promise<void> {
    this.#sayDeleted(await this.ask('undo_uploads', { ids }));
  }

  async uploadAgain(ids: number[]): Promise<void> {
    const report = await this.ask('upload_again', { ids });
    if (report !== null) this.#sayAdded(report);
  }

  async openLink(job: JobView): Promise<void> {
    await this.ask('open_link', { id: job.id });
  }

  async reveal(job: JobView): Promise<void> {
    await this.ask('reveal_file', { id: job.id });
  }

  async showDetails(job: JobView): Promise<void> {
    const sheet = { kind: 'details' as const, job, details: null, problem: null };
    this.sheet = sheet;
    try {
      const details = await this.backend.call('job_details', { id: job.id });
      if (this.sheet === sheet) this.sheet = { ...sheet, details };
    } catch (thrown) {
      if (this.sheet === sheet) this.sheet = { ...sheet, problem: problemOf(thrown) };
    }
  }

  /** Does the one thing that the table of problems names. */
  async remedy(remedy: Remedy, about: About): Promise<void> {
    await apply(this, remedy, about);
  }

  #told(event: Told): void {
    if (event.kind === 'snapshot') this.#replace(event.value);
    else if (event.kind === 'notice') this.#notice(event.value);
    else if (event.kind === 'dragging') this.dragging = event.value;
    else if (event.kind === 'rows') this.looking.told(event.value);
    else if (event.kind === 'progress') this.queue.progress(event.value);
    else if (event.kind === 'run') runById(this, event.value);
  }

  #replace(snapshot: Shown): void {
    const finished = justFinished(this.queue.snapshot, snapshot, (id) => this.queue.job(id));
    if (!this.queue.replace(snapshot)) return;
    speak(snapshot.language);
    this.#arrange();
    this.finder.again();
    this.#follow();
    this.#offerUndo(finished.filter((job) => canUndo(job, this)));
  }

  #arrange(): void {
    this.list.show(new Rows(this.finder.sections(this.queue.snapshot)));
  }

  /** Keeps asking for what is in sight, and for what is selected as far as that is not too much; a sheet that closes makes room for what is held. */
  #look(): () => void {
    return $effect.root(() => {
      $effect(() => {
        const { ahead } = this.list;
        const { focus, chosen } = this.selection;
        const ids = new Set(ahead);
        if (focus !== null) ids.add(focus);
        for (const id of chosen) {
          if (ids.size >= MOST) break;
          ids.add(id);
        }
        untrack(() => this.looking.look([...ids]));
      });
      $effect(() => {
        if (this.sheet === null) untrack(() => this.#follow());
      });
    });
  }

  /** What is held asks by itself how it is to be uploaded, once no other sheet is open: what is being filled in stays. */
  #follow(): void {
    const held = this.queue.snapshot?.held ?? null;
    const open = this.sheet?.kind === 'options' && this.sheet.options.held !== null ? this.sheet.options : null;
    if (held === null) this.#released = null;
    if (open !== null && held?.account !== open.account.id) {
      // decided by now; what is held for another account asks once this sheet is closed
      if (!open.busy) this.#closeSheetOf(open);
    } else if (held === null) {
      return;
    } else if (open !== null) {
      if (!isSameHeld(open.held, held)) {
        open.held = held;
        void open.check();
      }
    } else if (this.sheet === null && !isSameHeld(this.#released, held)) {
      const account = this.queue.account(held.account);
      if (account !== null) this.sheet = { kind: 'options', options: new Options(this.backend, account, { held }) };
    }
  }

  #closeSheetOf(options: Options): void {
    if (this.sheet?.kind === 'options' && this.sheet.options === options) this.sheet = null;
  }

  #offerUndo(undoable: JobView[]): void {
    if (undoable.length === 0) return;
    const ids = undoable.map((job) => job.id);
    this.toasts.also(m.said_uploaded({ count: ids.length }), () => void this.undoUploads(ids));
  }

  #sayDeleted(deleted: Deleted | null): void {
    if (deleted === null) return;
    const { words, tone, again } = deletedWords(deleted);
    this.toasts.say(words, again.length > 0 ? { tone, undo: () => void this.uploadAgain(again) } : { tone });
  }

  #notice(notice: Notice): void {
    switch (notice.kind) {
      case 'added':
        this.#sayAdded(notice.value);
        break;
      case 'accountAdded':
        this.accounts.added(this.queue.account(notice.value)?.label ?? null);
        break;
      case 'passphraseChanged':
        this.toasts.say(m.said_passphrase_changed());
        break;
      case 'exported':
        this.toasts.say(m.said_exported({ count: notice.value }));
        break;
      case 'backupOpened':
        void this.moving.opened();
        break;
      case 'copied':
        this.toasts.also(m.said_copied({ count: notice.value }));
        break;
      case 'trouble':
        this.sayTrouble(notice.value);
        break;
    }
  }

  #sayAdded(report: AddReport): void {
    if (report.added > 0) this.list.welcome();
    const { words, tone } = addedWords(report);
    if (words !== '') this.toasts.say(words, { tone });
  }

  /** Says what did not work, where nothing beside it can. */
  sayTrouble(problem: Problem): void {
    if (problem.kind === 'declined') return;
    const { remedy } = troubleOf(problem.kind);
    const action =
      remedy === 'addAccount' ? { words: m.action_add_account(), run: () => void this.remedy(remedy, {}) } : null;
    this.toasts.say(inFull(problem), { tone: 'trouble', action });
  }

  /** Answers nothing when it did not work, which has been said then. */
  async ask<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Commands[K]['answer'] | null> {
    try {
      return await this.run(name, request);
    } catch (thrown) {
      this.sayTrouble(problemOf(thrown));
      return null;
    }
  }

  /** The same without a button that waits for it. */
  async quietly<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Commands[K]['answer'] | null> {
    try {
      return await this.backend.call(name, request);
    } catch (thrown) {
      this.sayTrouble(problemOf(thrown));
      return null;
    }
  }

  /** Throws what did not work; until it is done, the command’s own button waits. */
  async run<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Commands[K]['answer']> {
    this.busy = name;
    try {
      return await this.backend.call(name, request);
    } finally {
      if (this.busy === name) this.busy = null;
    }
  }
}
