const WINDOW = 5;

/** How fast bytes move, over five seconds, and how long the rest will take when that is known. */
export class Meter {
  /** Bytes per whole second; at most the window and the second under way. */
  #seconds = new Map<number, number>();
  #began: number | null = null;
  #last = 0;

  /** `at` in milliseconds. */
  add(bytes: number, at: number): void {
    if (bytes <= 0) return;
    if (this.#began === null || at - this.#last > WINDOW * 1000) {
      this.#began = at;
      this.#seconds.clear();
    }
    this.#last = at;
    const second = Math.floor(at / 1000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + bytes);
    for (const old of this.#seconds.keys()) if (old < second - WINDOW) this.#seconds.delete(old);
  }

  /** Bytes a second; 0 when nothing has moved for the window's length. */
  speed(at: number): number {
    if (this.#began === null || at - this.#last > WINDOW * 1000) return 0;
    const recent = this.#recent(at);
    const elapsed = Math.min(WINDOW, Math.max(1, (at - this.#began) / 1000));
    return recent.reduce((sum, bytes) => sum + bytes, 0) / elapsed;
  }

  /** Seconds, or nothing as long as the speed of the last five seconds is not steady. */
  timeLeft(bytes: number, at: number): number | null {
    const speed = this.speed(at);
    if (speed <= 0 || bytes <= 0 || this.#began === null || at - this.#began < WINDOW * 1000) return null;
    const recent = this.#recent(at);
    const spread = Math.max(...recent) - Math.min(...recent);
    return spread > speed ? null : bytes / speed;
  }

  /** The five whole seconds before the one under way. */
  #recent(at: number): number[] {
    const now = Math.floor(at / 1000);
    const whole = this.#began !== null && at - this.#began >= WINDOW * 1000;
    const from = whole ? now - WINDOW : now - WINDOW + 1;
    return Array.from({ length: WINDOW }, (_, index) => this.#seconds.get(from + index) ?? 0);
  }
}
