import * as m from '../paraglide/messages.js';

export interface Toast {
  id: number;
  words: string;
  tone: 'plain' | 'trouble';
  action: { words: string; run: () => void } | null;
  /** The action takes back what was just done. */
  undo: boolean;
}

const PLAIN = 6_000;
const WITH_ACTION = 12_000;

/** One thing said at a time, politely; the next replaces it. */
export class Toasts {
  current = $state.raw<Toast | null>(null);
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  say(words: string, options: { tone?: Toast['tone']; action?: Toast['action']; undo?: () => void } = {}): void {
    this.#count += 1;
    const { tone = 'plain', undo } = options;
    const action = undo === undefined ? (options.action ?? null) : { words: m.action_undo(), run: undo };
    this.current = { id: this.#count, words, tone, action, undo: undo !== undefined };
    this.#held = false;
    this.#start();
  }

  /** Says one thing more: what is being said stays, and so does what it offers to take back. */
  also(words: string, undo?: () => void): void {
    const now = this.current;
    if (now === null) this.say(words, undo === undefined ? {} : { undo });
    else if (now.tone === 'plain' && now.action === null) this.say(`${now.words} ${words}`, undo === undefined ? {} : { undo });
    else if (now.undo && undo === undefined && now.action !== null) this.say(`${now.words} ${words}`, { undo: now.action.run });
    else if (undo === undefined) this.say(words);
  }

  /** Does what the toast offers, once. */
  act(): void {
    const run = this.current?.action?.run;
    this.dismiss();
    run?.();
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
