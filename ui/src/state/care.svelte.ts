import { problemOf } from '../backend/backend';
import type { AccountView, Commands, EditAccount, Problem, RotationWish } from '../backend/contract';
import { days } from '../lib/moments';
import * as m from '../paraglide/messages.js';
import type { App } from './app.svelte';

/** What is done for accounts that are there: no secret and no passphrase comes here, the secret window has them. */
export class Care {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async reveal({ id }: AccountView): Promise<void> {
    await this.#app.quietly('reveal_secret', { id });
  }

  async copy({ id }: AccountView): Promise<void> {
    if ((await this.#app.quietly('copy_secret', { id })) !== null) this.#app.toasts.say(m.said_secret_copied());
  }

  async unlockVault(): Promise<void> {
    await this.#app.quietly('unlock_vault', null);
  }

  async changePassphrase(): Promise<void> {
    await this.#app.quietly('change_passphrase', null);
  }

  /** Where a passphrase is needed the secret window asks for it, and the list shows when it is done. */
  async keep({ id, label }: AccountView, keeping: 'keyring' | 'vault'): Promise<void> {
    const kept = await this.#app.quietly('keep_secret', { id, keeping });
    if (kept?.done) this.#app.toasts.say(keeping === 'vault' ? m.said_kept_in_vault({ label }) : m.said_kept_in_keyring({ label }));
  }

  async edit(change: EditAccount): Promise<Problem | null> {
    const problem = await this.#try('edit_account', change);
    if (problem === null) this.#app.sheet = null;
    return problem;
  }

  async beginRotation(id: string, apiKey: string): Promise<Problem | null> {
    return this.#try('begin_rotation', { id, apiKey });
  }

  async openConsole(): Promise<void> {
    await this.#app.quietly('open_console', null);
  }

  async rotate(id: string, wish: RotationWish): Promise<Problem | null> {
    return this.#try('rotate', { id, wish });
  }

  async #try<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Problem | null> {
    try {
      await this.#app.backend.call(name, request);
      return null;
    } catch (thrown) {
      return problemOf(thrown);
    }
  }
}

/** How long an account's key has been in use here; nothing for one without a key. */
export function keyAge({ access, origin }: AccountView, now = Date.now()): string {
  if (access.kind !== 'signed' || origin !== 'saved') return '';
  const since = Date.parse(access.since);
  if (Number.isNaN(since)) return '';
  const age = Math.max(0, Math.floor((now - since) / 86_400_000));
  return age === 0 ? m.key_new() : m.key_age({ age: days(age) });
}
