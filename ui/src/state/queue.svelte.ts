import { SvelteMap } from 'svelte/reactivity';

import type { AccountView, BatchView, Event as Told, JobView, Progress, Snapshot } from '../backend/contract';
import { Meter } from './meter';
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

interface Moved {
  sent: number;
  total: number;
  at: number;
}

export interface BatchRows {
  batch: BatchView;
  jobs: JobView[];
}

/** What the program has told about jobs: the newest snapshot, and the bytes since. */
export class Queue {
  snapshot = $state.raw<Snapshot | null>(null);
  /** Milliseconds; moves once a second while something is being sent, else it rests. */
  now = $state(0);
  query = $state('');

  #moved = new SvelteMap<number, Moved>();
  #meter = new Meter();
  #sinceSnapshot = $state(0);
  #clock: Clock;
  #stopTicking: (() => void) | null = null;

  accounts = $derived(this.snapshot?.accounts ?? []);
  active: AccountView | null = $derived(this.accounts.find((account) => account.id === this.snapshot?.active) ?? null);
  jobs = $derived(this.snapshot?.jobs ?? []);
  shown = $derived(filtered(this.jobs, this.query));
  batches: BatchRows[] = $derived(grouped(this.snapshot?.batches ?? [], this.shown));

  constructor(clock: Clock = realClock) {
    this.#clock = clock;
    this.now = clock.now();
  }

  tell(event: Told): void {
    switch (event.kind) {
      case 'snapshot':
        this.replace(event.value);
        break;
      case 'progress':
        this.#progress(event.value);
        break;
      case 'rows':
      case 'notice':
      case 'dragging':
        break;
    }
  }

  /** An older snapshot never replaces a newer one. */
  replace(snapshot: Snapshot): void {
    if (this.snapshot !== null && snapshot.revision < this.snapshot.revision) return;
    const known = new Map(this.snapshot?.jobs.map((job) => [job.id, job]));
    const jobs = snapshot.jobs.map((job) => {
      const before = known.get(job.id);
      return before !== undefined && same(before, job) ? before : job;
    });
    this.now = this.#clock.now();
    this.snapshot = { ...snapshot, jobs };
    this.#sinceSnapshot = 0;
    for (const job of jobs) this.#settle(job);
    if (this.#moved.size > 0) {
      const present = new Set(jobs.map((job) => job.id));
      for (const id of this.#moved.keys()) if (!present.has(id)) this.#moved.delete(id);
    }
    this.#tick();
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

  job(id: number): JobView | null {
    return this.jobs.find((job) => job.id === id) ?? null;
  }

  /** Bytes a second over the last five. */
  get speed(): number {
    return this.#meter.speed(this.now);
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

  #progress(list: Progress[]): void {
    this.now = this.#clock.now();
    for (const { id, sent, total } of list) {
      const before = this.#moved.get(id);
      const from = before?.sent ?? this.job(id)?.sent ?? sent;
      if (sent > from) {
        this.#meter.add(sent - from, this.now);
        this.#sinceSnapshot += sent - from;
      }
      // Bars never go back; a byte that did not move does not count as movement.
      const advanced = before === undefined || sent > before.sent;
      this.#moved.set(id, {
        sent: Math.max(sent, before?.sent ?? 0),
        total: Math.max(total, before?.total ?? 0),
        at: advanced ? this.now : before.at,
      });
    }
  }

  /** Takes a snapshot's word on one job into what is remembered about its bytes. */
  #settle(job: JobView): void {
    const before = this.#moved.get(job.id);
    if (job.state === 'uploading') {
      if (before === undefined) {
        this.#moved.set(job.id, { sent: job.sent, total: job.total, at: this.now });
      } else if (job.sent > before.sent) {
        this.#meter.add(job.sent - before.sent, this.now);
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

function filtered(jobs: JobView[], query: string): JobView[] {
  const wanted = plain(query.trim());
  return wanted === '' ? jobs : jobs.filter((job) => plain(job.name).includes(wanted));
}

function plain(text: string): string {
  return text.normalize('NFC').toLocaleLowerCase();
}

function grouped(batches: BatchView[], jobs: JobView[]): BatchRows[] {
  const rows = new Map<number, JobView[]>();
  for (const job of jobs) {
    const list = rows.get(job.batch);
    if (list === undefined) rows.set(job.batch, [job]);
    else list.push(job);
  }
  return batches.flatMap((batch) => {
    const list = rows.get(batch.id);
    return list === undefined ? [] : [{ batch, jobs: list }];
  });
}

/** Whether two views of a job show the same; keeps unchanged rows from being drawn again. */
function same(a: JobView, b: JobView): boolean {
  for (const key of Object.keys(b) as (keyof JobView)[]) {
    if (key === 'problem' ? JSON.stringify(a.problem) !== JSON.stringify(b.problem) : a[key] !== b[key]) return false;
  }
  return true;
}
