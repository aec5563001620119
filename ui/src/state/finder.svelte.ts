import type { Commands, Snapshot } from '../backend/contract';
import type { Section } from './rows';

type Find = Commands['find']['request'];
type Found = Commands['find']['answer'];
export type FoundGroup = Found['groups'][number];
export type Facets = Commands['facets']['answer'];
export type Standing = NonNullable<Find['standing']>;
export type Kind = 'image' | 'video' | 'raw';
export type Time = 'today' | 'week' | 'month' | 'year' | 'earlier';

/** What narrows the list. */
export interface Filter {
  query: string;
  scope: Find['scope'];
  account: string | null;
  folder: string | null;
  tag: string | null;
  kind: Kind | null;
  standing: Standing | null;
  time: Time | null;
}

const NOTHING: Filter = { query: '', scope: 'queue', account: null, folder: null, tag: null, kind: null, standing: null, time: null };

/** After a letter this long is waited for the next one; after a change of the queue, before it is looked through again. */
const TYPING = 120;
const CHANGING = 400;

/** Finding in the queue and in the library: what is asked, and which rows answered. */
export class Finder {
  filter = $state.raw<Filter>(NOTHING);
  /** Whether the filters are shown. */
  open = $state(false);
  /** The newest answer; it stays until the next one is there. */
  found = $state.raw<Found | null>(null);
  facets = $state.raw<Facets>({ folders: [], tags: [] });

  /** Whether anything narrows the list; without it the queue is shown as it is. */
  active = $derived(Object.entries(this.filter).some(([key, value]) => (key === 'query' ? this.filter.query.trim() !== '' : value !== NOTHING[key as keyof Filter])));
  /** Whether an answer to what is asked now is still to come. */
  waits = $state(false);

  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ask: (request: Find) => Promise<Found | null>,
    private readonly readFacets: () => Promise<Facets | null>,
    /** Called when the rows to show are others. */
    private readonly changed: () => void,
    private readonly now: () => number,
  ) {}

  get query(): string {
    return this.filter.query;
  }

  set query(query: string) {
    this.#set({ ...this.filter, query }, TYPING);
  }

  set(change: Partial<Filter>): void {
    this.#set({ ...this.filter, ...change }, 0);
  }

  clear(): void {
    this.#set(NOTHING, 0);
  }

  async show(): Promise<void> {
    this.open = true;
    this.facets = (await this.readFacets()) ?? this.facets;
  }

  /** The queue changed: what was found may be something else now. */
  again(): void {
    if (this.active && this.#timer === undefined) this.#soon(CHANGING);
  }

  stop(): void {
    this.#rest();
  }

  /** The sections to show: what was found, else the whole queue. */
  sections(snapshot: Pick<Snapshot, 'batches'> | null): Section[] {
    if (this.active && this.found !== null) return this.found.groups.map(({ group, runs }) => sectionOf(group, runs));
    return (snapshot?.batches ?? []).map(({ id, runs }) => sectionOf({ kind: 'batch', id }, runs));
  }

  #set(filter: Filter, delay: number): void {
    this.filter = filter;
    this.#rest();
    this.#asked += 1;
    this.waits = this.active;
    if (this.active) return this.#soon(delay);
    this.found = null;
    this.changed();
  }

  #soon(delay: number): void {
    this.#rest();
    if (delay === 0) void this.#find();
    else this.#timer = setTimeout(() => void this.#find(), delay);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #find(): Promise<void> {
    this.#timer = undefined;
    this.#asked += 1;
    const asked = this.#asked;
    const { query, scope, account, folder, tag, kind, standing, time } = this.filter;
    const found = await this.ask({ query: query.trim(), scope, account, folder, tag, kind, standing, ...span(time, this.now()) });
    // An answer to what is no longer asked is not shown.
    if (asked !== this.#asked) return;
    this.waits = false;
    if (found === null) return;
    this.found = found;
    this.changed();
  }
}

function sectionOf(group: Found['groups'][number]['group'], runs: Section['runs']): Section {
  return group.kind === 'batch'
    ? { key: `batch-${group.id}`, batch: group.id, month: null, runs }
    : { key: `month-${group.month}`, batch: null, month: group.month, runs };
}

/** A time as first and last day, both included, by the calendar of this computer. */
export function span(time: Time | null, now: number): { since: string | null; until: string | null } {
  const today = new Date(now);
  const year = today.getFullYear();
  const ago = (days: number) => day(new Date(year, today.getMonth(), today.getDate() - days));
  switch (time) {
    case null:
      return { since: null, until: null };
    case 'today':
      return { since: ago(0), until: null };
    case 'week':
      return { since: ago(6), until: null };
    case 'month':
      return { since: ago(29), until: null };
    case 'year':
      return { since: day(new Date(year, 0, 1)), until: null };
    case 'earlier':
      return { since: null, until: day(new Date(year - 1, 11, 31)) };
  }
}

function day(date: Date): string {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
