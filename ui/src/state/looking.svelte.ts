import { SvelteMap } from 'svelte/reactivity';

import type { JobView } from '../backend/contract';

/** More is never asked for at once. */
export const MOST = 200;
/** Rows that are remembered after they went out of sight. */
const REMEMBERED = 1000;

/** The rows that the window looks at: asked for as they come into sight, and kept fresh by what the program tells. */
export class Looking {
  rows = new SvelteMap<number, JobView>();
  #asked = new Set<number>();
  #wish: readonly number[] = [];
  #waits = false;
  /** Rows that the program told of while an answer was under way: which of the two is newer cannot be known. */
  #crossed = false;

  constructor(
    private readonly ask: (ids: number[]) => Promise<JobView[] | null>,
    /** Called with the rows that came. */
    private readonly took: (jobs: readonly JobView[]) => void,
  ) {}

  /** Looks at these rows from now on. Requests follow each other; what was wished meanwhile is asked for last. */
  look(ids: readonly number[]): void {
    this.#wish = ids.slice(0, MOST);
    if (!this.#waits) void this.#next();
  }

  /** Asks anew, after something may have been missed. */
  again(): void {
    this.#asked = new Set();
    if (!this.#waits) void this.#next();
  }

  told(jobs: readonly JobView[]): void {
    if (this.#waits) this.#crossed = true;
    this.#take(jobs);
  }

  async #next(): Promise<void> {
    while (this.#differs()) {
      const ids = [...this.#wish];
      this.#asked = new Set(ids);
      this.#waits = true;
      this.#crossed = false;
      const rows = await this.ask(ids);
      this.#waits = false;
      if (rows === null) return;
      this.#take(rows);
      if (this.#crossed) this.#asked = new Set();
      this.#forget();
    }
  }

  #differs(): boolean {
    return this.#wish.length > 0 && (this.#wish.length !== this.#asked.size || this.#wish.some((id) => !this.#asked.has(id)));
  }

  #take(jobs: readonly JobView[]): void {
    for (const job of jobs) {
      const before = this.rows.get(job.id);
      if (before === undefined || !same(before, job)) this.rows.set(job.id, job);
    }
    this.took(jobs);
  }

  #forget(): void {
    if (this.rows.size <= REMEMBERED) return;
    for (const id of [...this.rows.keys()]) {
      if (this.rows.size <= REMEMBERED / 2) break;
      if (!this.#asked.has(id)) this.rows.delete(id);
    }
  }
}

/** Whether two views of a job show the same; keeps unchanged rows from being drawn again. */
function same(a: JobView, b: JobView): boolean {
  for (const key of Object.keys(b) as (keyof JobView)[]) {
    if (key === 'problem' ? JSON.stringify(a.problem) !== JSON.stringify(b.problem) : a[key] !== b[key]) return false;
  }
  return true;
}
