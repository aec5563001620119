/** Consecutive numbers. */
export interface Run {
  first: number;
  count: number;
}

/** Numbers as runs of neighbours, in ascending order: a hundred thousand neighbours cost as much as one. Never changes. */
export class IdSet implements Iterable<number> {
  static readonly EMPTY = new IdSet([]);
  readonly size: number;

  private constructor(private readonly runs: readonly Run[]) {
    this.size = runs.reduce((sum, { count }) => sum + count, 0);
  }

  /** In any order; what overlaps counts once. */
  static ofRuns(runs: Iterable<Run>): IdSet {
    const sorted = [...runs].filter(({ count }) => count > 0).sort((a, b) => a.first - b.first);
    const merged: Run[] = [];
    for (const { first, count } of sorted) {
      const last = merged.at(-1);
      if (last !== undefined && first <= last.first + last.count) last.count = Math.max(last.count, first + count - last.first);
      else merged.push({ first, count });
    }
    return new IdSet(merged);
  }

  static of(ids: Iterable<number>): IdSet {
    return IdSet.ofRuns(Array.from(ids, (first) => ({ first, count: 1 })));
  }

  has(id: number): boolean {
    const run = this.runs[this.#before(id)];
    return run !== undefined && id < run.first + run.count;
  }

  with(id: number): IdSet {
    return this.has(id) ? this : IdSet.ofRuns([...this.runs, { first: id, count: 1 }]);
  }

  without(id: number): IdSet {
    const at = this.#before(id);
    const run = this.runs[at];
    if (run === undefined || id >= run.first + run.count) return this;
    const left = { first: run.first, count: id - run.first };
    const right = { first: id + 1, count: run.first + run.count - id - 1 };
    return IdSet.ofRuns([...this.runs.slice(0, at), left, right, ...this.runs.slice(at + 1)]);
  }

  /** What is in both. */
  keep(other: IdSet): IdSet {
    const both: Run[] = [];
    for (let a = 0, b = 0; a < this.runs.length && b < other.runs.length; ) {
      const [one, two] = [this.runs[a] as Run, other.runs[b] as Run];
      const from = Math.max(one.first, two.first);
      const to = Math.min(one.first + one.count, two.first + two.count);
      if (from < to) both.push({ first: from, count: to - from });
      if (one.first + one.count < two.first + two.count) a += 1;
      else b += 1;
    }
    return both.reduce((sum, { count }) => sum + count, 0) === this.size ? this : new IdSet(both);
  }

  /** Whether at least one of the run is in it. */
  meets({ first, count }: Run): boolean {
    const run = this.runs[this.#before(first + count - 1)];
    return run !== undefined && run.first + run.count > first;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (const { first, count } of this.runs) for (let id = first; id < first + count; id += 1) yield id;
  }

  /** The last run that begins at or before the number. */
  #before(id: number): number {
    let [low, high] = [0, this.runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.runs[middle] as Run).first <= id) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
