import { type Backend, Refusal } from './backend';
import { nothing } from '../state/options.svelte';
import type {
  AccountView, AgentView, CheckedChoices, ChoicesView, Commands, DeletedAsset, Event as Told, IntegrationView, JobView, LimitView, LinkForm, LinksPreview, PlaceView, Problem, Progress,
  Snapshot,
} from './contract';
import { batchesOf, Script, totalsOf } from './script';

type Answers = { [K in keyof Commands]?: (request: Commands[K]['request']) => Commands[K]['answer'] | Promise<Commands[K]['answer']> };

export interface Call {
  name: keyof Commands;
  request: unknown;
}

/** What the program knows: a snapshot, and the rows that it would only tell when they are looked at. */
export interface Scene extends Snapshot {
  jobs: JobView[];
  /** Uploads that left the queue, with negative numbers, newest first. */
  library?: JobView[];
}

/** The program as a script: it answers what it was told to answer and remembers what it was asked. */
export class MemoryBackend implements Backend {
  readonly calls: Call[] = [];
  /** The rows that were looked at, request by request: what goes on without anybody's doing is not among `calls`. */
  readonly looks: (readonly number[])[] = [];
  /** How often it was told that the user does something, whatever that was. */
  uses = 0;
  snapshot: Scene;
  /** Answers of its own; everything else has a plain one. */
  answers: Answers;
  log: Commands['audit']['answer']['entries'] = [];
  pictures: (job: number) => string | null = () => null;
  #listeners = new Set<(event: Told) => void>();
  #looked: readonly number[] = [];

  constructor(snapshot: Scene, answers: Answers = {}) {
    this.snapshot = snapshot;
    this.answers = answers;
  }

  async call<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Commands[K]['answer']> {
    if (name === 'look_at') this.looks.push((request as Commands['look_at']['request']).ids);
    else if (name === 'used') this.uses += 1;
    else this.calls.push({ name, request });
    const scripted = this.answers[name] as ((request: Commands[K]['request']) => Commands[K]['answer']) | undefined;
    return scripted !== undefined ? await scripted(request) : (this.#plain(name, request) as Commands[K]['answer']);
  }

  async subscribe(listener: (event: Told) => void): Promise<() => void> {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  thumbnail(job: number): string | null {
    return this.pictures(job);
  }

  tell(event: Told): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** The rows that are looked at and are others now, then a newer snapshot, as the program tells them. */
  change(change: (snapshot: Scene) => Partial<Scene>): void {
    const before = new Map(this.#looked.map((id) => [id, this.row(id)]));
    const next = { ...this.snapshot, ...change(this.snapshot), revision: this.snapshot.revision + 1 };
    this.snapshot = { ...next, totals: totalsOf(next.jobs) };
    const changed = this.#looked.flatMap((id) => {
      const row = this.row(id);
      return row !== null && row !== before.get(id) ? [row] : [];
    });
    if (changed.length > 0) this.tell({ kind: 'rows', value: changed });
    this.tell({ kind: 'snapshot', value: this.told() });
  }

  /** The snapshot as it goes to the page: without a row. */
  told(): Snapshot {
    const { jobs, library: _, ...rest } = this.snapshot;
    return { ...rest, batches: batchesOf(rest.batches, jobs) };
  }

  row(id: number): JobView | null {
    return this.#script.row(id);
  }

  /** Made anew when the rows are others. */
  get #script(): Script {
    if (this.#made?.scene.jobs !== this.snapshot.jobs || this.#made.scene.library !== this.snapshot.library) this.#made = new Script(this.snapshot);
    return this.#made;
  }

  #made: Script | null = null;

  changeJobs(ids: readonly number[], change: (job: JobView) => Partial<JobView>): void {
    const meant = new Set(ids);
    this.change(({ jobs }) => ({ jobs: jobs.map((job) => (meant.has(job.id) ? { ...job, ...change(job) } : job)) }));
  }

  progress(...list: Progress[]): void {
    this.tell({ kind: 'progress', value: list });
  }

  /** What was asked under this name. */
  asked<K extends keyof Commands>(name: K): Commands[K]['request'][] {
    return this.calls.filter((call) => call.name === name).map((call) => call.request as Commands[K]['request']);
  }

  #kept = new Map<string, ChoicesView>();
  #putBack: Scene['held'] = null;

  kept(account: string): ChoicesView {
    return this.#kept.get(account) ?? { account, choices: nothing(), askEachTime: false };
  }

  /** The form of links that was used last. */
  form: LinkForm = { format: { kind: 'url' }, optimised: false, width: null, height: null, crop: null };
  limits: LimitView[] | null = null;
  places: PlaceView[] = [];
  agent: AgentView = { on: false, port: 25_638, clients: [] };
  integration: IntegrationView = { installed: false, entries: [], problem: null };

  #limits(): LimitView[] {
    const plain = (id: string | null): LimitView => ({ id, rate: '', hours: [], concurrency: null });
    return this.limits ?? [plain(null), ...this.snapshot.accounts.map(({ id }) => plain(id))];
  }

  #removed = new Map<number, JobView>();

  #plain(name: keyof Commands, request: unknown): unknown {
    switch (name) {
      case 'snapshot':
        return this.told();
      case 'look_at': {
        this.#looked = (request as Commands['look_at']['request']).ids;
        return { rows: this.#looked.flatMap((id) => this.row(id) ?? []) };
      }
      case 'find':
        return this.#script.find(request as Commands['find']['request'], this.snapshot.batches);
      case 'facets':
        return this.#script.facets();
      case 'control':
        return { count: this.#control(request as Commands['control']['request']) };
      case 'copy_links': {
        const { ids, form, remember } = request as Commands['copy_links']['request'];
        if (remember) this.form = form;
        return { count: ids.filter((id) => this.row(id)?.link).length };
      }
      case 'last_link_form':
        return this.form;
      case 'preview_links':
        return this.#preview(request as Commands['preview_links']['request']);
      case 'delete_assets':
      case 'undo_uploads':
        return { assets: this.#delete((request as Commands['delete_assets']['request']).ids) };
      case 'upload_again':
        return { added: (request as Commands['upload_again']['request']).ids.length, skipped: [] };
      case 'lock':
      case 'unlock':
        this.change(() => ({ locked: name === 'lock' }));
        return { done: true };
      case 'use_account':
        this.change(() => ({ active: (request as { id: string }).id }));
        return { done: true };
      case 'verify_account':
      case 'rename_account':
      case 'edit_account':
      case 'rotate':
      case 'paste_account':
      case 'try_sandbox':
      case 'add_unsigned_account':
        return this.#account(name, request);
      case 'remove_account': {
        const { id } = request as { id: string };
        this.change(({ accounts }) => {
          const left = accounts.filter((account) => account.id !== id);
          return { accounts: left, active: left[0]?.id ?? null };
        });
        return { done: true };
      }
      case 'add':
        return { added: 0, skipped: [] };
      case 'choices':
        return this.kept((request as { id: string }).id);
      case 'set_choices': {
        const { account, choices, askEachTime } = request as Commands['set_choices']['request'];
        this.#kept.set(account, { account, choices, askEachTime });
        return this.kept(account);
      }
      case 'check_choices':
        return exampleOf(request as Commands['check_choices']['request']);
      case 'suggest':
        return { values: [], fields: [], problem: null };
      case 'drop_held': {
        const { held } = this.snapshot;
        this.change(() => ({ held: null }));
        if (held === null) return { held: { account: '', count: 0, bytes: null, names: [] }, undo: null };
        this.#putBack = held;
        return { held, undo: 1 };
      }
      case 'hold_again': {
        const held = this.#putBack;
        this.change(() => ({ held }));
        return { done: true };
      }
      case 'watches':
      case 'watch_folder':
      case 'unwatch':
        return { watches: [] };
      case 'change_settings': {
        const { startAtLogin, ...change } = request as Commands['change_settings']['request'];
        if (startAtLogin !== undefined) this.change(({ here }) => ({ here: { ...here, startsAtLogin: startAtLogin } }));
        const settings = { ...this.snapshot.settings, ...change };
        if (change.shortcut === '') settings.shortcut = null;
        if (change.language === '') settings.language = null;
        if (change.lockAfter === 0) settings.lockAfter = null;
        this.change(() => ({ settings: settings as Snapshot['settings'] }));
        return this.snapshot.settings;
      }
      case 'limits':
        return { limits: this.#limits() };
      case 'set_limits': {
        const wanted = request as LimitView;
        this.limits = this.#limits().map((limit) => (limit.id === wanted.id ? wanted : limit));
        return { limits: this.limits };
      }
      case 'audit':
        return this.#audit(request as Commands['audit']['request']);
      case 'check_audit':
        return { sound: true, words: 'The log is as it was written.' };
      case 'find_accounts':
        return { accounts: [], notTaken: [], troubles: [] };
      case 'opened_backup':
        return { madeAt: 1_767_225_600_000, accounts: [] };
      case 'restore_accounts':
        return { restored: (request as Commands['restore_accounts']['request']).numbers.length, skipped: 0, failed: [] };
      case 'take_over':
        return this.snapshot.accounts[0];
      case 'places':
        return { places: this.places };
      case 'agent':
        return this.agent;
      case 'set_agent': {
        const { on, port } = request as Commands['set_agent']['request'];
        this.agent = { ...this.agent, on, port: port ?? this.agent.port };
        return this.agent;
      }
      case 'make_token': {
        const { label, account, uploads } = request as Commands['make_token']['request'];
        const own = this.snapshot.accounts.find(({ id }) => id === account)?.label ?? null;
        const roots = uploads ? ['/home/ada/notes'] : [];
        const made = { name: label, hasToken: true, account: own, accountId: account, maySign: !uploads, mayUpload: uploads, roots, uploadPreset: null, folder: null, once: false, until: null, denied: false };
        this.agent = { ...this.agent, clients: [...this.agent.clients, made] };
        return this.agent;
      }
      case 'edit_client': {
        const { label, account, uploadPreset, folder } = request as Commands['edit_client']['request'];
        const own = this.snapshot.accounts.find(({ id }) => id === account)?.label ?? null;
        const held = { account: own, accountId: account, uploadPreset: uploadPreset.trim() || null, folder: folder.trim() || null };
        this.agent = { ...this.agent, clients: this.agent.clients.map((one) => (one.name === label ? { ...one, ...held } : one)) };
        return this.agent;
      }
      case 'forget_client': {
        const { label } = request as Commands['forget_client']['request'];
        this.agent = { ...this.agent, clients: this.agent.clients.filter(({ name }) => name !== label) };
        return this.agent;
      }
      case 'integration':
        return this.integration;
      case 'set_integration': {
        const { on } = request as Commands['set_integration']['request'];
        const place = '/home/ada/.local/share/nautilus/scripts/Upload with Aloft';
        this.integration = { installed: on, entries: on ? [{ what: 'nautilus', place }] : [], problem: null };
        return this.integration;
      }
      case 'job_details':
        return {
          place: '/home/ada/Pictures/harbour.jpg',
          parameters: '{"public_id":"harbour-x7k2","overwrite":false}',
          answer: '{"error":{"message":"Invalid image file"},"signature":"REDACTED"}',
        };
      default:
        return { done: true };
    }
  }

  /** A log of one entry a day, a hundred at a time. */
  #audit({ search, before }: Commands['audit']['request']): Commands['audit']['answer'] {
    const fits = this.log.filter(({ what, number }) => what.toLowerCase().includes(search.toLowerCase()) && (before === null || number < before));
    return { entries: fits.slice(0, 100), more: fits.length > 100 };
  }

  #control({ target, verb }: Commands['control']['request']): number {
    const named = new Set(target.kind === 'jobs' ? target.ids : []);
    const meant = (job: JobView) =>
      target.kind === 'all' ||
      named.has(job.id) ||
      (target.kind === 'batch' && job.batch === target.id) ||
      (target.kind === 'account' && job.account === target.id);
    if (verb === 'restore') {
      const back = [...this.#removed.values()].filter(meant);
      for (const job of back) this.#removed.delete(job.id);
      this.change(({ jobs }) => ({ jobs: [...jobs, ...back].sort((a, b) => a.id - b.id) }));
      return back.length;
    }
    const rows = this.snapshot.jobs.filter(meant);
    const ids = rows.map((job) => job.id);
    if (verb === 'remove') {
      for (const job of rows) this.#removed.set(job.id, job);
      this.change(({ jobs }) => ({ jobs: jobs.filter((job) => !this.#removed.has(job.id)) }));
      return ids.length;
    }
    const state = ({ pause: 'paused', resume: 'waiting', retry: 'waiting', cancel: 'cancelled' } as const)[verb];
    if (verb === 'pause' || verb === 'resume') this.#hold(target, ids, verb);
    const reached = rows.filter((job) => job.state !== 'done').map((job) => job.id);
    this.changeJobs(reached, () => ({ state, problem: null, nextAttemptAt: null }));
    return reached.length;
  }

  #preview({ ids, form }: Commands['preview_links']['request']): LinksPreview {
    const jobs = this.snapshot.jobs.filter((job) => ids.includes(job.id) && job.link !== null);
    const made = [form.width && `c_limit,w_${form.width}`, form.optimised && 'f_auto,q_auto'].filter(Boolean).join('/');
    const address = (job: JobView) =>
      made === '' || job.resourceType === 'raw' ? job.link : job.link?.replace('/upload/', `/upload/${made}/`);
    const lines = jobs.slice(0, 4).map((job) => {
      const { format } = form;
      if (format.kind === 'markdown') return `![${job.name}](${address(job)})`;
      if (format.kind === 'template') return format.text.replaceAll('{url}', address(job) ?? '').replaceAll('{name}', job.name);
      return address(job) ?? '';
    });
    const picture = jobs.find((job) => job.resourceType === 'image');
    return {
      text: lines.join('\n'),
      shown: lines.length,
      count: jobs.length,
      unchanged: made === '' ? 0 : jobs.filter((job) => job.resourceType === 'raw').length,
      picture: picture?.id ?? null,
      size: picture?.width && picture.height ? [picture.width, picture.height] : null,
    };
  }

  #delete(ids: number[]): DeletedAsset[] {
    const meant = this.snapshot.jobs.filter((job) => ids.includes(job.id) && job.link !== null);
    this.changeJobs(ids, () => ({ link: null, deleted: true, undoUntil: null }));
    return meant.map(({ id, name, origin }) => ({ id, name, outcome: { kind: 'deleted' }, again: origin === 'file' }));
  }

  /** Pausing everything also holds what comes later; resuming one row lets its account go. */
  #hold(target: Commands['control']['request']['target'], ids: number[], verb: 'pause' | 'resume'): void {
    const named = (account: AccountView) => target.kind === 'all' || (target.kind === 'account' && target.id === account.id);
    const ofRow = (account: AccountView) =>
      verb === 'resume' && this.snapshot.jobs.some((job) => ids.includes(job.id) && job.account === account.id);
    this.change(({ accounts }) => ({
      accounts: accounts.map((account) => (named(account) || ofRow(account) ? { ...account, paused: verb === 'pause' } : account)),
    }));
  }

  /** An account as it is after a change of its values or of its key. */
  #changed(name: 'edit_account' | 'rotate', request: unknown): AccountView {
    const { id, label, cloudName, wish } = request as Partial<Commands['edit_account']['request'] & Commands['rotate']['request']>;
    const found = this.snapshot.accounts.find((account) => account.id === id);
    if (found === undefined) throw refusal('unknown_account', 'No account has this name.');
    const changed = name === 'rotate' ? rotated(found, wish) : { ...found, label: label ?? found.label, cloudName: cloudName ?? found.cloudName };
    this.change(({ accounts }) => ({ accounts: accounts.map((account) => (account.id === id ? changed : account)) }));
    return changed;
  }

  #account(name: keyof Commands, request: unknown): AccountView {
    if (name === 'edit_account' || name === 'rotate') return this.#changed(name, request);
    if (name === 'verify_account' || name === 'rename_account') {
      const { id, label } = request as { id: string; label?: string };
      const found = this.snapshot.accounts.find((account) => account.id === id);
      if (found === undefined) throw refusal('unknown_account', 'No account has this name.');
      const changed = name === 'rename_account' ? { ...found, label: label ?? found.label } : found;
      this.change(({ accounts }) => ({ accounts: accounts.map((account) => (account.id === id ? changed : account)) }));
      return changed;
    }
    const made: AccountView = {
      id: `made-${this.snapshot.accounts.length + 1}`,
      label: name === 'try_sandbox' ? 'Sandbox' : 'demo',
      cloudName: name === 'try_sandbox' ? 'sandbox' : 'demo',
      access: name === 'add_unsigned_account' ? { kind: 'unsigned', uploadPreset: 'web' } : { kind: 'signed', apiKey: '123456789012345', algorithm: 'sha1', signatureVersion: '2', since: '2026-01-10T08:00:00Z' },
      host: name === 'try_sandbox' ? 'http://127.0.0.1:4319' : 'https://api.cloudinary.com',
      verification: { state: 'verified' },
      origin: name === 'try_sandbox' ? 'sandbox' : 'saved',
      keeping: name === 'add_unsigned_account' ? 'nothing' : 'keyring',
      delivery: { secureDistribution: null, privateCdn: false, cname: null },
      rotation: null,
      problem: null,
      paused: false,
    };
    this.change(({ accounts }) => ({ accounts: [...accounts, made], active: made.id }));
    return made;
  }
}

/** A plausible answer to what is set; what is wrong with it a test says itself. */
function exampleOf({ choices, names }: Commands['check_choices']['request']): CheckedChoices {
  const name = names[0] ?? 'harbour.jpg';
  const stem = name.replace(/\.\w+$/, '');
  const id = choices.publicId.kind === 'name' ? stem : choices.publicId.kind === 'exact' ? choices.publicId.id : `${stem}_x7k2ab`;
  const publicId = [choices.folder, id].filter(Boolean).join('/');
  const link = `https://res.cloudinary.com/harbour-studio/image/${choices.deliveryType}/${publicId}.jpg`;
  return { faults: [], notes: [], example: { name, publicId, link } };
}

export function refusal(kind: Problem['kind'], message: string, hint = ''): Refusal {
  return new Refusal({ kind, message, hint, retry: 'afterChange' });
}

export { batchesOf, totalsOf };

function rotated(account: AccountView, wish: Commands['rotate']['request']['wish'] | undefined): AccountView {
  const { rotation, access } = account;
  if (rotation === null || access.kind !== 'signed') return account;
  if (wish === 'abandon') return { ...account, rotation: null };
  if (wish === 'test') return { ...account, rotation: { ...rotation, stage: 'tested' } };
  const stage = wish === 'switch' ? 'switched' : 'added';
  return { ...account, access: { ...access, apiKey: rotation.otherKey }, rotation: { otherKey: access.apiKey, stage } };
}
