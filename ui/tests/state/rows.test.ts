import { describe, expect, it } from 'vitest';

import { fuzzy } from '../../src/lib/fuzzy';
import { IdSet } from '../../src/lib/id-set';
import { span } from '../../src/state/finder.svelte';
import { Geometry } from '../../src/state/geometry';
import { Looking } from '../../src/state/looking.svelte';
import { Rows, type Section } from '../../src/state/rows';
import { job } from '../../src/backend/stories';

/** Numbers by chance that are the same at every run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

function someSections(next: (below: number) => number): Section[] {
  const firsts = Array.from({ length: 20 }, (_, at) => at * 40 - 400).sort(() => next(3) - 1);
  return Array.from({ length: 5 }, (_, at) => ({
    key: String(at),
    batch: at,
    month: null,
    runs: Array.from({ length: next(4) }, () => ({ first: firsts.pop() ?? 9999, count: next(30) })),
  }));
}

describe('rows', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('answer as the plain list does (%d)', (seed) => {
    const sections = someSections(chance(seed));
    const plain = sections.flatMap(({ runs }) => runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at)));
    const rows = new Rows(sections);
    expect(rows.count).toBe(plain.length);
    for (let index = -1; index <= plain.length; index += 1) expect(rows.at(index)).toBe(plain[index] ?? null);
    for (let id = -420; id < 500; id += 1) expect(rows.indexOf(id)).toBe(plain.indexOf(id));
    for (const [from, to] of [[0, 7], [3, 60], [-5, 1000]] as const) expect(rows.slice(from, to)).toEqual(plain.slice(Math.max(0, from), to));
    expect([...rows.ids]).toEqual([...plain].sort((a, b) => a - b));

    const geometry = new Geometry(rows, { row: 56, head: 36, gap: 12, edge: 8 });
    for (let index = 0; index < plain.length; index += 1) {
      expect(geometry.indexAt(geometry.top(index))).toBe(index);
      expect(geometry.indexAt(geometry.top(index) + 55)).toBe(index);
      if (index > 0) expect(geometry.top(index)).toBeGreaterThanOrEqual(geometry.top(index - 1) + 56);
    }
    if (plain.length > 0) expect(geometry.height).toBe(geometry.top(plain.length - 1) + 56 + 8);
  });
});

describe('a set of numbers', () => {
  it.each([1, 2, 3])('answers as the plain set does (%d)', (seed) => {
    const next = chance(seed);
    let set = IdSet.EMPTY;
    const plain = new Set<number>();
    for (let turn = 0; turn < 300; turn += 1) {
      const id = next(60) - 20;
      if (next(2) === 0) {
        set = set.with(id);
        plain.add(id);
      } else {
        set = set.without(id);
        plain.delete(id);
      }
      expect(set.size).toBe(plain.size);
    }
    for (let id = -25; id < 45; id += 1) expect(set.has(id)).toBe(plain.has(id));
    const other = IdSet.ofRuns([{ first: -3, count: 9 }, { first: 20, count: 4 }]);
    expect([...set.keep(other)]).toEqual([...plain].filter((id) => other.has(id)).sort((a, b) => a - b));
    expect(set.meets({ first: 100, count: 5 })).toBe(false);
    expect(IdSet.of([7]).meets({ first: 5, count: 3 })).toBe(true);
    expect(IdSet.of([7]).meets({ first: 5, count: 2 })).toBe(false);
  });
});

describe('looking', () => {
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  it('asks for one window at a time, and last for the last', async () => {
    const asked: number[][] = [];
    const answers: (() => void)[] = [];
    const looking = new Looking(
      (ids) => {
        asked.push(ids);
        return new Promise((resolve) => answers.push(() => resolve(ids.map((id) => job({ id })))));
      },
      () => {},
    );
    for (let first = 1; first < 50; first += 1) looking.look([first, first + 1]);
    expect(asked).toEqual([[1, 2]]);
    answers[0]?.();
    await turn();
    expect(asked).toEqual([[1, 2], [49, 50]]);
    answers[1]?.();
    await turn();
    looking.look([50, 49]);
    expect(asked).toHaveLength(2);
  });

  it('asks again when it was told of a row while an answer was on its way', async () => {
    let state: 'waiting' | 'done' = 'waiting';
    const answers: (() => void)[] = [];
    const looking = new Looking(
      () => {
        const rows = [job({ id: 1, state })];
        return new Promise((resolve) => answers.push(() => resolve(rows)));
      },
      () => {},
    );
    looking.look([1]);
    state = 'done';
    looking.told([job({ id: 1, state })]);
    answers[0]?.();
    await turn();
    answers[1]?.();
    await turn();
    expect(looking.rows.get(1)?.state).toBe('done');
  });
});

describe('the fuzzy search', () => {
  it('takes beginnings of words, first letters and letters in order, best first', () => {
    const words = ['Copy link', 'Copy as Markdown', 'Cancel upload', 'Keyboard shortcuts', 'Settings…', 'Wärme'];
    const best = (typed: string) => words.map((text) => [fuzzy(typed, text), text] as const).filter(([cost]) => cost !== null).sort(([a], [b]) => (a ?? 0) - (b ?? 0)).map(([, text]) => text);
    expect(best('copy')).toEqual(['Copy link', 'Copy as Markdown']);
    expect(best('mark')).toEqual(['Copy as Markdown']);
    expect(best('cam')).toEqual(['Copy as Markdown']);
    expect(best('warm')).toEqual(['Wärme']);
    expect(best('sttng')).toEqual(['Settings…']);
    expect(best('link copy')).toEqual(['Copy link']);
    expect(best('qqq')).toEqual([]);
    expect(best('')).toEqual(words);
  });
});

it('times are days of this computer', () => {
  const now = new Date(2026, 2, 3, 15, 0).getTime();
  expect(span('today', now)).toEqual({ since: '2026-03-03', until: null });
  expect(span('week', now)).toEqual({ since: '2026-02-25', until: null });
  expect(span('year', now)).toEqual({ since: '2026-01-01', until: null });
  expect(span('earlier', now)).toEqual({ since: null, until: '2025-12-31' });
  expect(span(null, now)).toEqual({ since: null, until: null });
});
