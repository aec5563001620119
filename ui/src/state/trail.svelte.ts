import { problemOf } from '../backend/backend';
import type { AuditCheck, AuditEntry, AuditFormat, Problem } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import type { App } from './app.svelte';

/** The audit log as far as it was read, newest first. */
export class Trail {
  search = $state('');
  entries = $state.raw<AuditEntry[] | null>(null);
  more = $state(false);
  checked = $state.raw<AuditCheck | null>(null);
  checking = $state(false);
  problem = $state.raw<Problem | null>(null);

  readonly #app: App;
  /** Answers that come late are for words that are no longer looked for. */
  #asked = 0;

  constructor(app: App) {
    this.#app = app;
  }

  /** Reads from the newest entry on; with `older`, what follows the last one that is shown. */
  async read(older = false): Promise<void> {
    const shown = older ? (this.entries ?? []) : [];
    const mine = (this.#asked += 1);
    try {
      const view = await this.#app.backend.call('audit', { search: this.search, before: shown.at(-1)?.number ?? null });
      if (mine !== this.#asked) return;
      this.entries = [...shown, ...view.entries];
      this.more = view.more;
      this.problem = null;
    } catch (thrown) {
      if (mine === this.#asked) this.problem = problemOf(thrown);
    }
  }

  async check(): Promise<void> {
    this.checking = true;
    this.checked = null;
    try {
      this.checked = await this.#app.backend.call('check_audit', null);
      this.problem = null;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.checking = false;
  }

  async save(format: AuditFormat): Promise<void> {
    try {
      await this.#app.backend.call('save_audit', { format });
      this.#app.toasts.say(m.said_log_saved());
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.kind !== 'declined') this.problem = problem;
    }
  }
}
