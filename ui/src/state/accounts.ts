import { problemOf } from '../backend/backend';
import type { AccountView, BeginAccount, Commands, Problem, UnsignedAccount } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import type { App } from './app.svelte';
import { formOf } from './remedy';

/** How accounts come, are chosen and go. What a form shows beside itself is answered, everything else is said. */
export class Accounts {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async paste(): Promise<Problem | null> {
    return this.#enter('paste_account', null);
  }

  async trySandbox(): Promise<Problem | null> {
    return this.#enter('try_sandbox', null);
  }

  async addUnsigned(account: UnsignedAccount): Promise<Problem | null> {
    return this.#enter('add_unsigned_account', account);
  }

  /** Opens the secret window; the account comes with a notice when that is done. */
  async begin(account: BeginAccount): Promise<Problem | null> {
    return this.#try('begin_account', account);
  }

  /** One is there now: the ways in are left, and it is said. */
  added(label: string | null): void {
    this.#app.adding = null;
    this.#app.toasts.say(label === null ? m.said_account_added_unnamed() : m.said_account_added({ label }));
  }

  async use({ id }: AccountView): Promise<void> {
    await this.#app.ask('use_account', { id });
  }

  async verify({ id }: AccountView): Promise<void> {
    const answer = await this.#app.ask('verify_account', { id });
    const { toasts } = this.#app;
    if (answer?.verification.state === 'verified') toasts.say(m.said_verified({ label: answer.label }));
    else if (answer?.verification.state === 'rejected') toasts.say(answer.verification.reason, { tone: 'trouble' });
    else if (answer !== null) toasts.say(m.said_not_verified({ label: answer.label }));
  }

  async rename({ id }: AccountView, label: string): Promise<Problem | null> {
    const problem = await this.#try('rename_account', { id, label });
    if (problem === null) this.#app.sheet = null;
    return problem;
  }

  async remove({ id }: AccountView): Promise<void> {
    await this.#app.ask('remove_account', { id });
  }

  /** Opens the form again with what is known; the secret is never among it. */
  enterAgain(account: AccountView): void {
    this.#app.adding = formOf(account);
  }

  async #enter<K extends 'paste_account' | 'try_sandbox' | 'add_unsigned_account'>(
    name: K,
    request: Commands[K]['request'],
  ): Promise<Problem | null> {
    try {
      const account: AccountView = await this.#app.run(name, request);
      this.added(account.label);
      return null;
    } catch (thrown) {
      return problemOf(thrown);
    }
  }

  async #try<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Problem | null> {
    try {
      await this.#app.run(name, request);
      return null;
    } catch (thrown) {
      return problemOf(thrown);
    }
  }
}
