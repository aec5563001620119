export interface Toast {
  id: number;
  words: string;
  tone: 'plain' | 'trouble';
  action: { words: string; run: () => void } | null;
}

const PLAIN = 6_000;
const WITH_ACTION = 12_000;

/** One thing said at a time, politely; the next replaces it. */
export class Toasts {
  current = $state.raw<Toast | null>(null);
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  say(words: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
    this.#count += 1;
    this.current = { id: this.#count, words, tone: options.tone ?? 'plain', action: options.action ?? null };
    this.#held = false;
    this.#start();
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.current = null;
  }

  /** While the pointer or the focus is on it, it stays. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    if (held) clearTimeout(this.#timer);
    else this.#start();
  }

  #start(): void {
    clearTimeout(this.#timer);
    if (this.current === null || this.#held) return;
    const long = this.current.action !== null || this.current.tone === 'trouble';
    this.#timer = setTimeout(() => this.dismiss(), long ? WITH_ACTION : PLAIN);
  }
}
