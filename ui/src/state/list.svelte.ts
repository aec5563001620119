import { Geometry, type Metrics } from './geometry';
import { Rows } from './rows';
import type { Selection } from './selection.svelte';

/** Rows that are drawn beyond the seen ones, on each side. */
const OVERSCAN = 6;
/** Rows that are asked for beyond the seen ones; a window moves by this many at a time. */
const AHEAD = 24;

/** Milliseconds after the last leap, until rows are drawn whole again. */
const LANDING = 80;

/** A section as far as it is drawn; heights from the top of the scrolled element. */
export interface Part {
  key: string;
  batch: number | null;
  month: string | null;
  count: number;
  top: number;
  height: number;
  /** Rows of the section that are drawn, with their heights from the section's top. */
  rows: { id: number; index: number; top: number; place: 'only' | 'first' | 'last' | 'middle' }[];
}

/** The one list: what of it is seen, and what stays where it is when rows come and go. Knows no element. */
export class List {
  rows = $state.raw(Rows.EMPTY);
  /** Set by the view, which measures them. */
  metrics = $state.raw<Metrics>({ row: 56, head: 36, gap: 16, edge: 12 });
  /** How far the list is scrolled, and how much of it is seen. */
  top = $state(0);
  height = $state(0);
  /** Grows when the list was moved by something else than the scrolled element itself. */
  moved = $state(0);
  /** Batches on top that came while something held the list where it was. */
  above = $state(false);
  /** The row under the pointer, and whether the keyboard is in the list; set by the view. */
  pointed: number | null = null;
  focused = false;
  /** Whether the list is dragged by so fast that rows come without their content. */
  rushing = $state(false);
  #leftTop = false;
  #flight: ReturnType<typeof setTimeout> | undefined;

  geometry = $derived(new Geometry(this.rows, this.metrics));
  parts: Part[] = $derived.by(() => this.#parts());

  constructor(private readonly selection: Selection) {}

  /** Rows that the view is about to show, without those of `parts` that are kept for the focus. */
  get ahead(): number[] {
    const [from, to] = this.geometry.seen(this.top, this.height);
    if (to === 0) return [];
    return this.rows.slice(Math.floor((from - AHEAD / 2) / AHEAD) * AHEAD, Math.ceil((to + AHEAD / 2) / AHEAD) * AHEAD);
  }

  /** Takes another order; what the user points at, or has the focus on, stays where it is. */
  show(next: Rows): void {
    const before = this.rows;
    if (before.same(next)) return;
    const held = this.#held(next);
    const wasOnTop = this.top <= this.metrics.edge;
    this.rows = next;
    this.selection.keep(next, before);
    this.#rest(held);
    const newest = next.sections[0]?.key;
    if (this.top <= this.metrics.edge) this.above = false;
    else if (before.count > 0 && newest !== undefined && !before.sections.some(({ key }) => key === newest)) {
      this.above = true;
      this.#leftTop = wasOnTop;
    }
  }

  /** What the user added is there: it is shown, unless the list was looked through further down. */
  welcome(): void {
    if (this.above && this.#leftTop && !this.focused) this.toTop();
  }

  /** The element was scrolled by the user. */
  scrolled(element: number): void {
    const before = this.top;
    this.top = this.geometry.fromElement(element, this.height);
    this.#rush(Math.abs(this.top - before));
    if (this.top <= this.metrics.edge) this.above = false;
  }

  /** Rows that fly by at a third of a screen and more with each event are drawn without what nobody can read. */
  #rush(distance: number): void {
    if (distance < this.height / 3) return;
    if (this.#flight !== undefined) this.rushing = true;
    clearTimeout(this.#flight);
    this.#flight = setTimeout(() => {
      this.#flight = undefined;
      this.rushing = false;
    }, LANDING);
  }

  measured(metrics: Metrics, height: number): void {
    const { row, head, gap, edge } = this.metrics;
    if (metrics.row === row && metrics.head === head && metrics.gap === gap && metrics.edge === edge) {
      this.height = height;
      return;
    }
    const held = this.#held(this.rows);
    this.metrics = metrics;
    this.height = height;
    this.#rest(held);
  }

  get element(): number {
    return this.geometry.toElement(this.top, this.height);
  }

  toTop(): void {
    this.#move(0);
    this.above = false;
  }

  /** Moves the list as little as needed to show a row whole, below the head that sticks. */
  reveal(id: number): void {
    const index = this.rows.indexOf(id);
    if (index < 0) return;
    const { row, head, edge } = this.metrics;
    const top = this.geometry.top(index);
    if (index === 0) this.#move(0);
    else if (top - head < this.top) this.#move(top - head);
    else if (top + row + edge > this.top + this.height) this.#move(top + row + edge - this.height);
  }

  /** Rows that fit into the view. */
  get page(): number {
    return Math.max(1, Math.floor((this.height - this.metrics.head) / this.metrics.row));
  }

  #move(top: number): void {
    this.top = Math.min(Math.max(0, top), this.geometry.furthest(this.height));
    this.moved += 1;
  }

  /** The row that must not move: the focused one, else the pointed one, else the first that is seen. */
  #held(next: Rows): { id: number; offset: number } | null {
    if (this.rows.count === 0 || (this.top <= 0 && !this.focused && this.pointed === null)) return null;
    const [from, to] = this.geometry.seen(this.top, this.height);
    const seen = this.rows.slice(from, to);
    const { focus } = this.selection;
    const wanted = [this.focused ? focus : null, this.pointed, ...seen.slice(1), seen[0] ?? null];
    for (const id of wanted) {
      if (id === null || !seen.includes(id) || !next.has(id)) continue;
      return { id, offset: this.geometry.top(this.rows.indexOf(id)) - this.top };
    }
    return null;
  }

  #rest(held: { id: number; offset: number } | null): void {
    const to = held === null ? this.top : this.geometry.top(this.rows.indexOf(held.id)) - held.offset;
    const furthest = this.geometry.furthest(this.height);
    this.top = Math.min(Math.max(0, to), furthest);
    this.moved += 1;
  }

  #parts(): Part[] {
    const { rows, geometry, top, height } = this;
    if (rows.count === 0 || height <= 0) return [];
    const [first, end] = geometry.seen(top, height);
    const from = Math.max(0, first - OVERSCAN);
    const to = Math.min(rows.count, end + OVERSCAN);
    const indexes = Array.from({ length: to - from }, (_, at) => from + at);
    // The row with the list's tab stop is always there, or the keyboard would lose its place.
    const stop = this.selection.stop(rows);
    const kept = stop === null ? -1 : rows.indexOf(stop);
    if (kept >= 0 && kept < from) indexes.unshift(kept);
    else if (kept >= to) indexes.push(kept);

    const shift = top - this.element;
    const parts: Part[] = [];
    for (const index of indexes) {
      const at = rows.sectionAt(index);
      const section = rows.sections[at];
      if (section === undefined) continue;
      const start = rows.starts[at] as number;
      const count = (rows.starts[at + 1] as number) - start;
      let part = parts.at(-1);
      let box = geometry.box(at, top, height);
      if (part?.key !== section.key) {
        part = {
          key: section.key,
          batch: section.batch,
          month: section.month,
          count,
          top: box.top - shift,
          height: Math.max(geometry.metrics.head, box.bottom - box.top),
          rows: [],
        };
        parts.push(part);
      }
      const place = count === 1 ? 'only' : index === start ? 'first' : index === start + count - 1 ? 'last' : 'middle';
      part.rows.push({ id: rows.at(index) as number, index, top: geometry.top(index) - box.top, place });
    }
    return parts;
  }
}
