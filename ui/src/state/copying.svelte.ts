import { type Backend, problemOf } from '../backend/backend';
import type { Crop, JobView, LinkForm, LinkFormat, LinksPreview, Problem } from '../backend/contract';

export type FormatKind = LinkFormat['kind'];
/** Those that need nothing chosen. */
export type SimpleFormat = Exclude<FormatKind, 'template' | 'picture'>;

export const formats: readonly FormatKind[] = ['url', 'markdown', 'html', 'picture', 'bbcode', 'template'];
export const crops: readonly Crop[] = ['limit', 'fit', 'fill', 'thumb', 'pad'];
/** What a template can ask for; the program knows the same. */
export const placeholders = ['{url}', '{name}', '{alt}', '{public_id}', '{width}', '{height}', '{format}'] as const;

/** Those that say something only with width and height together. */
const BOTH: readonly Crop[] = ['fill', 'thumb', 'pad'];
const MOST = 20_000;

export const plainForm = (kind: SimpleFormat): LinkForm => ({ format: { kind }, optimised: false, width: null, height: null, crop: null });

export const withLink = (jobs: readonly JobView[]): number[] => jobs.filter((job) => job.link !== null).map((job) => job.id);

/** The sheet “Copy as”: a form being chosen for some rows, and what it would give. */
export class Copying {
  readonly ids: readonly number[];
  /** Some of the rows are in the sandbox. */
  readonly sandbox: boolean;
  kind = $state<FormatKind>('url');
  template = $state('<a href="{url}">{name}</a>');
  optimised = $state(false);
  /** As typed. */
  width = $state('');
  height = $state('');
  crop = $state<Crop>('limit');
  preview = $state.raw<LinksPreview | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);

  #backend: Backend;
  #asked = 0;

  pixels = $derived({ width: pixels(this.width), height: pixels(this.height) });
  fault = $derived(this.pixels.width === undefined || this.pixels.height === undefined);
  sized = $derived(this.width.trim() !== '' || this.height.trim() !== '');
  /** The ways to fit that mean something with the sizes there are. */
  crops = $derived(this.pixels.width && this.pixels.height ? crops : crops.filter((crop) => !BOTH.includes(crop)));
  form: LinkForm | null = $derived.by(() => {
    const { width, height } = this.pixels;
    if (width === undefined || height === undefined) return null;
    const crop = this.sized && this.crops.includes(this.crop) ? this.crop : null;
    const format: LinkFormat = this.kind === 'template' ? { kind: 'template', text: this.template } : { kind: this.kind };
    return { format, optimised: this.optimised, width, height, crop };
  });
  /** Links that are not in the preview. */
  more = $derived(this.preview === null ? 0 : this.preview.count - this.preview.shown);

  constructor(backend: Backend, ids: number[], form: LinkForm, sandbox = false) {
    this.#backend = backend;
    this.ids = ids;
    this.sandbox = sandbox;
    this.kind = form.format.kind;
    if (form.format.kind === 'template') this.template = form.format.text;
    this.optimised = form.optimised;
    this.width = form.width === null ? '' : String(form.width);
    this.height = form.height === null ? '' : String(form.height);
    this.crop = form.crop ?? usual(form.width, form.height);
  }

  /** Two sizes are usually to be filled, one is a limit. */
  resized(): void {
    const { width, height } = this.pixels;
    if (!this.crops.includes(this.crop) || (width && height && this.crop === 'limit')) this.crop = usual(width ?? null, height ?? null);
  }

  /** Asks what the form would give; an answer that comes after a newer question is forgotten. */
  async look(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    if (this.form === null) return;
    try {
      const preview = await this.#backend.call('preview_links', { ids: [...this.ids], form: this.form });
      if (asked !== this.#asked) return;
      this.preview = preview;
      this.problem = null;
    } catch (thrown) {
      if (asked === this.#asked) this.problem = problemOf(thrown);
    }
  }

  /** How many links are on the clipboard now; nothing when it did not work, and then it says why. */
  async copy(): Promise<number | null> {
    if (this.form === null || this.busy) return null;
    this.busy = true;
    try {
      const { count } = await this.#backend.call('copy_links', { ids: [...this.ids], form: this.form, remember: true });
      return count;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }
}

function usual(width: number | null, height: number | null): Crop {
  return width && height ? 'fill' : 'limit';
}

/** A size, none, or what is not a size. */
function pixels(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  const number = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  return number >= 1 && number <= MOST ? number : undefined;
}
