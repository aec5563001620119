import type { Run } from '../backend/contract';
import { IdSet } from '../lib/id-set';

/** What stands under one head: a batch, or a month of the library. */
export interface Section {
  key: string;
  /** The batch's number; none for a month. */
  batch: number | null;
  /** As in `2026-11`; none for a batch. */
  month: string | null;
  /** The rows' numbers, in list order. */
  runs: readonly Run[];
}

/** The list's order: which row is where, and where a row is, each in logarithmic time. Never changes. */
export class Rows {
  static readonly EMPTY = new Rows([]);
  readonly count: number;
  readonly sections: readonly Section[];
  /** The index of each section's first row, and the count at the end. */
  readonly starts: readonly number[];
  readonly #runs: Run[] = [];
  /** The index of each run's first row. */
  readonly #starts: number[] = [];
  #byFirst: number[] | null = null;
  #ids: IdSet | null = null;

  constructor(sections: readonly Section[]) {
    this.sections = sections.filter(({ runs }) => runs.some(({ count }) => count > 0));
    const starts: number[] = [];
    let count = 0;
    for (const { runs } of this.sections) {
      starts.push(count);
      for (const run of runs) {
        if (run.count <= 0) continue;
        this.#runs.push(run);
        this.#starts.push(count);
        count += run.count;
      }
    }
    starts.push(count);
    this.starts = starts;
    this.count = count;
  }

  at(index: number): number | null {
    if (index < 0 || index >= this.count) return null;
    const at = lastUpTo(this.#starts, index);
    return (this.#runs[at] as Run).first + index - (this.#starts[at] as number);
  }

  /** -1 for a row that is not in the list. */
  indexOf(id: number): number {
    this.#byFirst ??= this.#runs.map((_, at) => at).sort((a, b) => (this.#runs[a] as Run).first - (this.#runs[b] as Run).first);
    let [low, high] = [0, this.#byFirst.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[this.#byFirst[middle] as number] as Run).first <= id) low = middle + 1;
      else high = middle;
    }
    const at = this.#byFirst[low - 1];
    if (at === undefined) return -1;
    const run = this.#runs[at] as Run;
    return id < run.first + run.count ? (this.#starts[at] as number) + id - run.first : -1;
  }

  has(id: number): boolean {
    return this.indexOf(id) >= 0;
  }

  /** The section that a row stands in. */
  sectionAt(index: number): number {
    return lastUpTo(this.starts, Math.min(Math.max(index, 0), Math.max(this.count - 1, 0)));
  }

  /** The rows from one index to before another. */
  slice(from: number, to: number): number[] {
    const ids: number[] = [];
    for (const { first, count } of this.runs(from, to)) for (let id = first; id < first + count; id += 1) ids.push(id);
    return ids;
  }

  /** The same as runs. */
  runs(from: number, to: number): Run[] {
    const runs: Run[] = [];
    const end = Math.min(to, this.count);
    for (let index = Math.max(from, 0); index < end; ) {
      const at = lastUpTo(this.#starts, index);
      const run = this.#runs[at] as Run;
      const skipped = index - (this.#starts[at] as number);
      const count = Math.min(run.count - skipped, end - index);
      runs.push({ first: run.first + skipped, count });
      index += count;
    }
    return runs;
  }

  get ids(): IdSet {
    return (this.#ids ??= IdSet.ofRuns(this.#runs));
  }

  /** Whether the other has the same rows in the same places. */
  same(other: Rows): boolean {
    return (
      this.count === other.count &&
      this.sections.length === other.sections.length &&
      this.sections.every((section, at) => {
        const its = other.sections[at] as Section;
        return (
          section.key === its.key &&
          section.runs.length === its.runs.length &&
          section.runs.every(({ first, count }, run) => first === its.runs[run]?.first && count === its.runs[run]?.count)
        );
      })
    );
  }
}

/** The last place whose value is not above. */
export function lastUpTo(values: readonly number[], value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  // Equal values are empty places: the last of them has the row, except behind the end.
  return Math.max(0, low - 1);
}
