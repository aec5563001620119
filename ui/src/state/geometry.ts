import { lastUpTo, type Rows } from './rows';

/** Heights in pixels, as the page's text size makes them. */
export interface Metrics {
  row: number;
  head: number;
  /** Between one section and the next. */
  gap: number;
  /** Above the first section and below the last. */
  edge: number;
}

/** Engines cut off elements at 2^25 pixels and less; a longer list is scrolled at another scale. */
export const TALLEST = 12_000_000;
/** A section's box begins and ends at most about this far outside of what is seen. */
const PAGE = 1_000_000;

/** Where rows and heads of one list stand, from the top of the list. Never changes. */
export class Geometry {
  readonly height: number;
  /** The height of the element that is scrolled. */
  readonly spacer: number;
  readonly #tops: number[];

  constructor(
    readonly rows: Rows,
    readonly metrics: Metrics,
  ) {
    const { row, head, gap, edge } = metrics;
    let top = edge;
    this.#tops = rows.sections.map((_, at) => {
      const here = top;
      top += head + ((rows.starts[at + 1] as number) - (rows.starts[at] as number)) * row + gap;
      return here;
    });
    this.height = rows.count === 0 ? 0 : top - gap + edge;
    this.spacer = Math.min(this.height, TALLEST);
  }

  sectionTop(at: number): number {
    return this.#tops[at] ?? 0;
  }

  sectionBottom(at: number): number {
    const count = (this.rows.starts[at + 1] ?? 0) - (this.rows.starts[at] ?? 0);
    return this.sectionTop(at) + this.metrics.head + count * this.metrics.row;
  }

  top(index: number): number {
    const at = this.rows.sectionAt(index);
    return this.sectionTop(at) + this.metrics.head + (index - (this.rows.starts[at] ?? 0)) * this.metrics.row;
  }

  /** The row at a height; under a head or between sections, the one below. */
  indexAt(y: number): number {
    if (this.rows.count === 0) return 0;
    const at = lastUpTo(this.#tops, y);
    const start = this.rows.starts[at] as number;
    const inside = Math.floor((y - this.sectionTop(at) - this.metrics.head) / this.metrics.row);
    return Math.min(start + Math.max(0, inside), this.rows.starts[at + 1] as number, this.rows.count - 1);
  }

  /** From and to (excluded) of the rows that a view from `top` on shows. */
  seen(top: number, height: number): [from: number, to: number] {
    if (this.rows.count === 0 || height <= 0) return [0, 0];
    return [this.indexAt(top), this.indexAt(top + height) + 1];
  }

  furthest(height: number): number {
    return Math.max(0, this.height - height);
  }

  /** The element's own scroll position for a place in the list, and back. */
  toElement(top: number, height: number): number {
    return this.height <= this.spacer ? top : (top / this.furthest(height)) * (this.spacer - height);
  }

  fromElement(scrolled: number, height: number): number {
    return this.height <= this.spacer ? scrolled : (scrolled / (this.spacer - height)) * this.furthest(height);
  }

  /** The part of a section's box that is worth having while the view is at `top`. */
  box(at: number, top: number, height: number): { top: number; bottom: number } {
    const from = Math.floor((top - PAGE) / PAGE) * PAGE;
    const to = Math.ceil((top + height + PAGE) / PAGE) * PAGE;
    return { top: Math.max(this.sectionTop(at), Math.min(from, this.sectionBottom(at))), bottom: Math.min(this.sectionBottom(at), to) };
  }
}
