import { problemOf } from '../backend/backend';
import type { BackupView, Commands, LyingAbout, LyingView, Problem } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import type { App } from './app.svelte';

/** Accounts that come from elsewhere and go there. Passphrases are the secret window's, files the system's dialogs'. */
export class Moving {
  /** What lies about, as it was found last. */
  found = $state.raw<LyingAbout | null>(null);
  /** The numbers of those whose secret was removed where it lay. */
  removed = $state.raw<readonly number[]>([]);
  /** What is in the backup that is open. */
  backup = $state.raw<BackupView | null>(null);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async export(): Promise<void> {
    await this.#app.quietly('export_accounts', { ids: [] });
  }

  async import(): Promise<void> {
    await this.#app.quietly('import_backup', null);
  }

  /** The secret window has opened a backup: what is in it is chosen from. */
  async opened(): Promise<void> {
    this.problem = null;
    this.backup = await this.#app.quietly('opened_backup', null);
    if (this.backup !== null) this.#app.sheet = { kind: 'backup' };
  }

  async restore(numbers: number[], renew: boolean): Promise<void> {
    const view = await this.#ask('restore_accounts', { numbers, renew });
    if (view === null) return;
    this.problem = view.failed[0] ?? null;
    if (this.problem !== null) return;
    this.#app.toasts.say(m.said_restored({ restored: view.restored, skipped: view.skipped }));
    this.backup = null;
    this.#app.sheet = null;
  }

  /** The program lets go of what it holds of the backup. */
  async close(): Promise<void> {
    this.#app.sheet = null;
    this.backup = null;
    await this.#ask('close_backup', null);
  }

  async find(pick = false): Promise<void> {
    if (!pick) {
      this.found = null;
      this.#app.sheet = { kind: 'find' };
    }
    const found = await this.#ask('find_accounts', { pick });
    if (found === null) return;
    this.found = found;
    this.removed = [];
  }

  async takeOver({ number }: LyingView): Promise<void> {
    const account = await this.#ask('take_over', { number });
    if (account === null || this.found === null) return;
    const accounts = this.found.accounts.map((lying) =>
      lying.cloudName === account.cloudName && lying.number === number ? { ...lying, savedAs: account.label } : lying,
    );
    this.found = { ...this.found, accounts };
    this.#app.toasts.say(m.said_taken_over({ label: account.label }));
  }

  async remove({ number, place }: LyingView): Promise<void> {
    const done = await this.#ask('remove_there', { number });
    if (done === null) return;
    this.removed = [...this.removed, number];
    this.#app.toasts.say(m.said_removed_there({ place: place ?? '' }));
  }

  /** What did not work is shown in the sheet; what the user turned down by themselves needs no words. */
  async #ask<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Commands[K]['answer'] | null> {
    this.busy = true;
    this.problem = null;
    try {
      return await this.#app.backend.call(name, request);
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.kind !== 'declined') this.problem = problem;
      return null;
    } finally {
      this.busy = false;
    }
  }
}
