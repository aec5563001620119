import { describe, expect, it } from 'vitest';

import { Rows } from '../../src/state/rows';
import { Selection } from '../../src/state/selection.svelte';

const listed = (...ids: number[]) => new Rows([{ key: 'a', batch: 1, month: null, runs: ids.map((first) => ({ first, count: 1 })) }]);
const rows = listed(10, 11, 12, 13, 14);
const chosen = (selection: Selection) => [...selection.chosen];

describe('selection', () => {
  it('the first row has the tab stop until one was focused', () => {
    const selection = new Selection();
    expect(selection.stop(rows)).toBe(10);
    selection.only(12);
    expect(selection.stop(rows)).toBe(12);
  });

  it('moves with the keys and stays inside the list', () => {
    const selection = new Selection();
    expect(selection.move('down', rows, false)).toBe(10);
    expect(selection.move('down', rows, false)).toBe(11);
    expect(selection.move('end', rows, false)).toBe(14);
    expect(selection.move('down', rows, false)).toBe(14);
    expect(selection.move('home', rows, false)).toBe(10);
    expect(selection.move('up', rows, false)).toBe(10);
    expect(selection.move('up', Rows.EMPTY, false)).toBeNull();
  });

  it('shift extends from the anchor, both ways', () => {
    const selection = new Selection();
    selection.only(12);
    selection.move('down', rows, true);
    selection.move('down', rows, true);
    expect(chosen(selection)).toEqual([12, 13, 14]);
    selection.extend(10, rows);
    expect(chosen(selection)).toEqual([10, 11, 12]);
  });

  it('ctrl adds and takes away', () => {
    const selection = new Selection();
    selection.only(10);
    selection.toggle(13);
    expect(chosen(selection)).toEqual([10, 13]);
    selection.toggle(10);
    expect(chosen(selection)).toEqual([13]);
  });

  it('takes all', () => {
    const selection = new Selection();
    selection.all(rows);
    expect(chosen(selection)).toEqual([10, 11, 12, 13, 14]);
    expect(selection.focus).toBe(10);
  });

  it('hands the tab stop to the neighbour of a row that is gone', () => {
    const selection = new Selection();
    selection.only(12);
    selection.keep(listed(10, 11, 13, 14), rows);
    expect(selection.focus).toBe(13);
    expect(chosen(selection)).toEqual([]);
    selection.only(14);
    selection.keep(listed(10, 11), listed(10, 11, 13, 14));
    expect(selection.focus).toBe(11);
  });

  it('goes by pages', () => {
    const selection = new Selection();
    selection.only(10);
    expect(selection.move('pageDown', rows, false, 3)).toBe(13);
    expect(selection.move('pageDown', rows, false, 3)).toBe(14);
    expect(selection.move('pageUp', rows, true, 3)).toBe(11);
    expect(chosen(selection)).toEqual([11, 12, 13, 14]);
  });

  it('goes by the list’s order, not by the numbers', () => {
    const selection = new Selection();
    const order = new Rows([
      { key: 'new', batch: 2, month: null, runs: [{ first: 20, count: 3 }] },
      { key: 'old', batch: 1, month: null, runs: [{ first: 1, count: 100_000 }] },
    ]);
    selection.only(21);
    selection.extend(2, order);
    expect(chosen(selection)).toEqual([1, 2, 21, 22]);
    selection.all(order);
    expect(selection.chosen.size).toBe(100_003 - 3);
    expect(selection.chosen.has(100_000)).toBe(true);
  });
});
