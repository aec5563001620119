import { SvelteSet } from 'svelte/reactivity';

/** Which rows are chosen, and which one has the list's tab stop. Rows are job numbers in list order. */
export class Selection {
  chosen = new SvelteSet<number>();
  focus = $state<number | null>(null);
  #anchor: number | null = null;

  /** Forgets rows that are gone; the tab stop goes to the nearest row that is left. */
  keep(rows: readonly number[], before: readonly number[]): void {
    const present = new Set(rows);
    for (const id of this.chosen) if (!present.has(id)) this.chosen.delete(id);
    if (this.focus !== null && !present.has(this.focus)) {
      const was = before.indexOf(this.focus);
      this.focus = before.slice(was + 1).find((id) => present.has(id)) ?? before.slice(0, Math.max(was, 0)).findLast((id) => present.has(id)) ?? null;
    }
    if (this.#anchor !== null && !present.has(this.#anchor)) this.#anchor = this.focus;
  }

  /** The row that Tab reaches. */
  stop(rows: readonly number[]): number | null {
    return this.focus ?? rows[0] ?? null;
  }

  only(id: number): void {
    this.chosen.clear();
    this.chosen.add(id);
    this.focus = id;
    this.#anchor = id;
  }

  toggle(id: number): void {
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this.focus = id;
    this.#anchor = id;
  }

  /** From the anchor to this row, both included. */
  extend(id: number, rows: readonly number[]): void {
    if (this.#anchor === null || this.chosen.size === 0) this.#anchor = this.focus ?? id;
    const from = rows.indexOf(this.#anchor);
    const to = rows.indexOf(id);
    if (from < 0 || to < 0) return this.only(id);
    this.chosen.clear();
    for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) this.chosen.add(row);
    this.focus = id;
  }

  all(rows: readonly number[]): void {
    for (const row of rows) this.chosen.add(row);
    this.focus ??= rows[0] ?? null;
    this.#anchor = rows[0] ?? null;
  }

  move(key: 'up' | 'down' | 'home' | 'end', rows: readonly number[], extend: boolean): number | null {
    if (rows.length === 0) return null;
    const at = this.focus === null ? -1 : rows.indexOf(this.focus);
    const last = rows.length - 1;
    const to = key === 'home' ? 0 : key === 'end' ? last : key === 'up' ? Math.max(0, at - 1) : Math.min(last, at + 1);
    const id = rows[to];
    if (id === undefined) return null;
    if (extend) this.extend(id, rows);
    else this.only(id);
    return id;
  }

  clear(): void {
    this.chosen.clear();
  }
}
