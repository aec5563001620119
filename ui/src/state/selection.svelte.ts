import { IdSet, type Run } from '../lib/id-set';
import type { Rows } from './rows';

export type Move = 'up' | 'down' | 'home' | 'end' | 'pageUp' | 'pageDown';

/** Which rows are chosen, loaded or not, and which one has the list's tab stop. Rows are job numbers. */
export class Selection {
  chosen = $state.raw(IdSet.EMPTY);
  focus = $state<number | null>(null);
  #anchor: number | null = null;

  /** Forgets rows that are gone; the tab stop goes to the nearest row that is left. */
  keep(rows: Rows, before: Rows): void {
    if (this.chosen.size > 0) this.chosen = this.chosen.keep(rows.ids);
    if (this.focus !== null && !rows.has(this.focus)) this.focus = nearest(this.focus, rows, before);
    if (this.#anchor !== null && !rows.has(this.#anchor)) this.#anchor = this.focus;
  }

  /** The row that Tab reaches. */
  stop(rows: Rows): number | null {
    return this.focus !== null && rows.has(this.focus) ? this.focus : rows.at(0);
  }

  only(id: number): void {
    this.chosen = IdSet.of([id]);
    this.focus = id;
    this.#anchor = id;
  }

  toggle(id: number): void {
    this.chosen = this.chosen.has(id) ? this.chosen.without(id) : this.chosen.with(id);
    this.focus = id;
    this.#anchor = id;
  }

  /** From the anchor to this row, both included. */
  extend(id: number, rows: Rows): void {
    if (this.#anchor === null || this.chosen.size === 0) this.#anchor = this.focus ?? id;
    const from = rows.indexOf(this.#anchor);
    const to = rows.indexOf(id);
    if (from < 0 || to < 0) return this.only(id);
    this.chosen = IdSet.ofRuns(rows.runs(Math.min(from, to), Math.max(from, to) + 1));
    this.focus = id;
  }

  all(rows: Rows): void {
    this.chosen = rows.ids;
    this.focus ??= rows.at(0);
    this.#anchor = rows.at(0);
  }

  /** Chooses all of these, in list order. */
  group(runs: readonly Run[]): void {
    const first = runs[0]?.first ?? null;
    this.chosen = IdSet.ofRuns(runs);
    this.focus = first;
    this.#anchor = first;
  }

  /** `page` is the number of rows that PageUp and PageDown go. */
  move(key: Move, rows: Rows, extend: boolean, page = 10): number | null {
    if (rows.count === 0) return null;
    const at = this.focus === null ? -1 : rows.indexOf(this.focus);
    const last = rows.count - 1;
    const steps: Record<Move, number> = { up: at - 1, down: at + 1, home: 0, end: last, pageUp: at - page, pageDown: at + page };
    const id = rows.at(Math.min(Math.max(0, steps[key]), last));
    if (id === null) return null;
    if (extend) this.extend(id, rows);
    else this.only(id);
    return id;
  }

  clear(): void {
    this.chosen = IdSet.EMPTY;
  }
}

/** The first row below that is still there, else the first above. */
function nearest(id: number, rows: Rows, before: Rows): number | null {
  const was = before.indexOf(id);
  for (let at = was + 1; was >= 0 && at < before.count; at += 1) {
    const below = before.at(at);
    if (below !== null && rows.has(below)) return below;
  }
  for (let at = was - 1; at >= 0; at -= 1) {
    const above = before.at(at);
    if (above !== null && rows.has(above)) return above;
  }
  return null;
}
