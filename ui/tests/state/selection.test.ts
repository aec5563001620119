import { describe, expect, it } from 'vitest';

import { Selection } from '../../src/state/selection.svelte';

const rows = [10, 11, 12, 13, 14];
const chosen = (selection: Selection) => [...selection.chosen].sort();

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
    expect(selection.move('up', [], false)).toBeNull();
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
    expect(chosen(selection)).toEqual(rows);
    expect(selection.focus).toBe(10);
  });

  it('hands the tab stop to the neighbour of a row that is gone', () => {
    const selection = new Selection();
    selection.only(12);
    selection.keep([10, 11, 13, 14], rows);
    expect(selection.focus).toBe(13);
    expect(chosen(selection)).toEqual([]);
    selection.only(14);
    selection.keep([10, 11], [10, 11, 13, 14]);
    expect(selection.focus).toBe(11);
  });
});
