import { problemOf } from '../backend/backend';
import type { AccountView, AgentView, ChangeSettings, Commands, EditClient, IntegrationView, LimitView, MakeToken, PlaceKind, PlaceView, Problem, WatchView } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import type { App } from './app.svelte';

/** The parts of the settings, in their order. */
export const sections = ['accounts', 'uploading', 'background', 'programs', 'appearance', 'shortcuts', 'audit', 'places', 'about'] as const;
export type Section = (typeof sections)[number];

/** The settings over the list: what they show beyond the snapshot, and what can be asked of them. Knows no element. */
export class Settings {
  open = $state(false);
  section = $state<Section>('accounts');
  /** What did not work last, beside the thing that it was about. */
  refused = $state.raw<{ about: string; problem: Problem } | null>(null);

  saving = $state(false);
  limits = $state.raw<LimitView[] | null>(null);
  watches = $state.raw<WatchView[] | null>(null);
  places = $state.raw<PlaceView[] | null>(null);
  integration = $state.raw<IntegrationView | null>(null);
  agent = $state.raw<AgentView | null>(null);

  readonly #app: App;
  /** Watched folders are read one time after another, however often something changes. */
  #reading = false;
  #stale = false;

  constructor(app: App) {
    this.#app = app;
  }

  /** What holds now. */
  get now() {
    return this.#app.queue.snapshot?.settings ?? null;
  }

  show(section: Section = this.section): void {
    this.section = section;
    this.refused = null;
    this.open = true;
  }

  close(): void {
    this.open = false;
  }

  problem(about: string): Problem | null {
    return this.refused?.about === about ? this.refused.problem : null;
  }

  /** Changes what is named; a refusal is shown beside it, and everything is as it was. */
  async change(about: string, change: ChangeSettings): Promise<boolean> {
    return (await this.#ask(about, 'change_settings', change)) !== null;
  }

  async readLimits(): Promise<void> {
    this.limits = (await this.#read('limits', 'limits'))?.limits ?? this.limits;
  }

  async setLimit(limit: LimitView): Promise<boolean> {
    const answer = await this.#ask(limitName(limit), 'set_limits', limit);
    if (answer !== null) this.limits = answer.limits;
    return answer !== null;
  }

  async readWatches(): Promise<void> {
    if (this.#reading) {
      this.#stale = true;
      return;
    }
    this.#reading = true;
    do {
      this.#stale = false;
      this.watches = (await this.#read('watches', 'watches'))?.watches ?? this.watches;
    } while (this.#stale);
    this.#reading = false;
  }

  async watch(account: AccountView): Promise<void> {
    this.watches = (await this.#ask('watches', 'watch_folder', { id: account.id }))?.watches ?? this.watches;
  }

  async unwatch(watch: WatchView): Promise<void> {
    this.watches = (await this.#ask('watches', 'unwatch', { id: watch.id }))?.watches ?? this.watches;
  }

  async readIntegration(): Promise<void> {
    this.integration = (await this.#ask('integration', 'integration', null)) ?? this.integration;
  }

  async integrate(on: boolean): Promise<void> {
    this.integration = (await this.#ask('integration', 'set_integration', { on })) ?? this.integration;
  }

  async readAgent(): Promise<void> {
    this.agent = (await this.#ask('clients', 'agent', null)) ?? this.agent;
  }

  async switchAgent(on: boolean): Promise<void> {
    this.agent = (await this.#ask('agent', 'set_agent', { on, port: null })) ?? this.agent;
  }

  async setAgentPort(port: number): Promise<void> {
    this.agent = (await this.#ask('agentPort', 'set_agent', { on: this.agent?.on ?? false, port })) ?? this.agent;
  }

  /** Answers whether one was made: the dialogs before it can be dismissed. */
  async makeToken(token: MakeToken): Promise<boolean> {
    const before = this.agent?.clients.length ?? 0;
    this.agent = (await this.#ask('token', 'make_token', token)) ?? this.agent;
    const made = (this.agent?.clients.length ?? 0) > before;
    if (made) this.#app.toasts.say(m.said_token_copied());
    return made;
  }

  /** Answers whether the client is as wished: the dialog before it can be dismissed. */
  async editClient(wish: EditClient): Promise<boolean> {
    this.agent = (await this.#ask('client', 'edit_client', wish)) ?? this.agent;
    const now = this.agent?.clients.find(({ name }) => name === wish.label);
    const pinned = (text: string | null | undefined) => text ?? '';
    return now?.accountId === wish.account && pinned(now.uploadPreset) === wish.uploadPreset.trim() && pinned(now.folder) === wish.folder.trim();
  }

  async forgetClient(label: string): Promise<void> {
    this.agent = (await this.#ask('clients', 'forget_client', { label })) ?? this.agent;
  }

  async readPlaces(): Promise<void> {
    this.places = (await this.#read('places', 'places'))?.places ?? this.places;
  }

  async openPlace(kind: PlaceKind): Promise<void> {
    await this.#ask('places', 'open_place', { kind });
  }

  async saveDiagnostics(): Promise<void> {
    // It asks the service too, which may take a while.
    this.saving = true;
    const answer = await this.#ask('diagnostics', 'export_diagnostics', null);
    this.saving = false;
    if (answer !== null) this.#app.toasts.say(m.said_diagnostics_saved());
  }

  /** Looking is nobody's wish: what was refused before stays to be read. */
  async #read<K extends 'limits' | 'watches' | 'places'>(about: string, name: K): Promise<Commands[K]['answer'] | null> {
    try {
      return await this.#app.backend.call(name, null);
    } catch (thrown) {
      this.refused = { about, problem: problemOf(thrown) };
      return null;
    }
  }

  /** Answers nothing when it did not work. What the user turned down by themselves needs no words. */
  async #ask<K extends keyof Commands>(about: string, name: K, request: Commands[K]['request']): Promise<Commands[K]['answer'] | null> {
    this.refused = null;
    try {
      return await this.#app.backend.call(name, request);
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.kind !== 'declined') this.refused = { about, problem };
      return null;
    }
  }
}

/** What a limit is for, as the place where a refusal of it is shown. */
export function limitName(limit: LimitView): string {
  return `limit-${limit.id ?? 'all'}`;
}
