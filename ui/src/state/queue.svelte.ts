import { SvelteMap } from 'svelte/reactivity';

import type { AccountView, BatchView, JobView, Progress, Snapshot } from '../backend/contract';
import { Meter } from './meter';
import { Rows } from './rows';
import type { Standing } from './sentences';

/** Without movement for this long an upload is called stalled. */
export const STALLED_AFTER = 30_000;

export interface Clock {
  now(): number;
  /** Calls until told to stop. */
  every(milliseconds: number, call: () => void): () => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  every: (milliseconds, call) => {
    const timer = setInterval(call, milliseconds);
    return () => clearInterval(timer);
  },
};

/** A snapshot as far as it is shown; its rows are asked for as they come into sight. */
export type Told = Snapshot;

interface Moved {
  sent: number;
  total: number;
  at: number;
}

/** Of bytes that moved, this many jobs are remembered while they are out of sight. */
const REMEMBERED = 500;

/** What the program has told about jobs: the newest snapshot, and the bytes since. */
export class Queue {
  snapshot = $state.raw<Told | null>(null);
  /** Milliseconds; moves once a second while something is being sent, else it rests. */
  now = $state(0);

  #moved = new SvelteMap<number, Moved>();
  #meter = new Meter();
  #meters = new Map<number, Meter>();
  #sinceSnapshot = $state(0);
  #clock: Clock;
  #stopTicking: (() => void) | null = null;
  /** The rows that are looked at; set by who asks for them. */
  #looked: ReadonlyMap<number, JobView>;

  accounts = $derived(this.snapshot?.accounts ?? []);
  active: AccountView | null = $derived(this.accounts.find((account) => account.id === this.snapshot?.active) ?? null);
  /** Whether Aloft is locked: uploads wait. */
  locked = $derived(this.snapshot?.locked ?? false);
  batches = $derived(this.snapshot?.batches ?? []);
  /** How many rows there are, loaded or not. */
  count = $derived(this.snapshot?.batches.reduce((sum, { count }) => sum + count, 0) ?? 0);
  #batches = $derived(new Map(this.snapshot?.batches.map((batch) => [batch.id, batch])));
  /** Where every row of the queue is, whatever is shown. */
  #order = $derived(new Rows((this.snapshot?.batches ?? []).map(({ id, runs }) => ({ key: String(id), batch: id, month: null, runs }))));

  constructor(clock: Clock = realClock, looked: ReadonlyMap<number, JobView> = new Map()) {
    this.#clock = clock;
    this.#looked = looked;
    this.now = clock.now();
  }

  /** An older snapshot never replaces a newer one; answers whether this one was taken. */
  replace(snapshot: Told): boolean {
    if (this.snapshot !== null && snapshot.revision < this.snapshot.revision) return false;
    this.now = this.#clock.now();
    this.snapshot = snapshot;
    this.#sinceSnapshot = 0;
    for (const id of this.#meters.keys()) if ((this.#batches.get(id)?.sums.moving ?? 0) === 0) this.#meters.delete(id);
    this.#tick();
    return true;
  }

  /** Takes the program's word on rows into what is remembered about their bytes. */
  took(jobs: readonly JobView[]): void {
    this.now = this.#clock.now();
    for (const job of jobs) this.#settle(job);
  }

  standing(job: JobView): Standing {
    const moved = this.#moved.get(job.id);
    const sent = Math.max(job.sent, moved?.sent ?? 0);
    const total = Math.max(job.total, moved?.total ?? 0);
    const stalled = job.state === 'uploading' && moved !== undefined && this.now - moved.at >= STALLED_AFTER;
    return { sent: Math.min(sent, total), total, stalled };
  }

  /** Milliseconds, as it is now and not as it was drawn. */
  time(): number {
    return this.#clock.now();
  }

  account(id: string): AccountView | null {
    return this.accounts.find((account) => account.id === id) ?? null;
  }

  batch(id: number): BatchView | null {
    return this.#batches.get(id) ?? null;
  }

  /** A row, when it was loaded. */
  job(id: number): JobView | null {
    return this.#looked.get(id) ?? null;
  }

  /** Bytes a second over the last five. */
  get speed(): number {
    return this.#meter.speed(this.now);
  }

  /** The same of one batch. */
  speedOf(batch: BatchView): number {
    const { now } = this;
    return batch.sums.moving === 0 ? 0 : (this.#meters.get(batch.id)?.speed(now) ?? 0);
  }

  /** Seconds until all is sent, while that can be said. */
  get timeLeft(): number | null {
    const totals = this.snapshot?.totals;
    if (totals === undefined || totals.moving === 0) return null;
    return this.#meter.timeLeft(totals.totalBytes - totals.sentBytes - this.#sinceSnapshot, this.now);
  }

  stop(): void {
    this.#stopTicking?.();
    this.#stopTicking = null;
  }

  progress(list: readonly Progress[]): void {
    this.now = this.#clock.now();
    for (const { id, sent, total } of list) {
      const before = this.#moved.get(id);
      const looked = this.#looked.has(id);
      const from = before?.sent ?? this.job(id)?.sent ?? sent;
      if (sent > from) this.#count(id, sent - from);
      // Of a row that nobody looks at only the last word counts: it may have begun anew unseen.
      if (!looked) {
        this.#moved.set(id, { sent, total, at: this.now });
        continue;
      }
      // Bars never go back; a byte that did not move does not count as movement.
      const advanced = before === undefined || sent > before.sent;
      this.#moved.set(id, {
        sent: Math.max(sent, before?.sent ?? 0),
        total: Math.max(total, before?.total ?? 0),
        at: advanced ? this.now : before.at,
      });
    }
    if (this.#moved.size > REMEMBERED) {
      for (const [id, { at }] of [...this.#moved]) if (!this.#looked.has(id) && this.now - at > STALLED_AFTER) this.#moved.delete(id);
    }
  }

  #count(id: number, bytes: number): void {
    this.#meter.add(bytes, this.now);
    this.#sinceSnapshot += bytes;
    const batch = this.job(id)?.batch ?? this.#batchOf(id);
    if (batch === null) return;
    const meter = this.#meters.get(batch) ?? new Meter();
    meter.add(bytes, this.now);
    this.#meters.set(batch, meter);
  }

  #batchOf(id: number): number | null {
    const index = this.#order.indexOf(id);
    return index < 0 ? null : (this.#order.sections[this.#order.sectionAt(index)]?.batch ?? null);
  }

  #settle(job: JobView): void {
    const before = this.#moved.get(job.id);
    if (job.state === 'uploading') {
      if (before === undefined) {
        this.#moved.set(job.id, { sent: job.sent, total: job.total, at: this.now });
      } else if (job.sent > before.sent) {
        this.#count(job.id, job.sent - before.sent);
        this.#moved.set(job.id, { sent: job.sent, total: job.total, at: this.now });
      }
    } else if (before !== undefined && (job.state === 'paused' || job.state === 'waitingForNetwork' || job.state === 'waiting')) {
      // The time of rest is no stall.
      this.#moved.set(job.id, { ...before, at: this.now });
    } else if (before !== undefined && job.state !== 'finishing' && job.state !== 'preparing') {
      this.#moved.delete(job.id);
    }
  }

  /** A window in which nothing moves costs no time at all. */
  #tick(): void {
    const moving = (this.snapshot?.totals.moving ?? 0) > 0;
    if (!moving) this.stop();
    else if (this.#stopTicking === null) {
      this.#stopTicking = this.#clock.every(1000, () => {
        this.now = this.#clock.now();
      });
    }
  }
}
