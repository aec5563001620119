import type { Component } from 'svelte';
import UserRound from '@lucide/svelte/icons/user-round';

import { fuzzy } from '../lib/fuzzy';
import * as m from '../paraglide/messages.js';
import { ACCOUNT_KEYS, actions, isReady } from './actions';
import type { App } from './app.svelte';

/** Something that can be found by typing. */
export interface Entry {
  id: string;
  words: string;
  icon: Component;
  key: string | null;
  run: () => void | Promise<void>;
}

/** All that can be done now, the best match first; without a word typed, in the registry's order. */
export function entries(app: App, typed: string): Entry[] {
  const found = all(app).flatMap((entry, order) => {
    const cost = fuzzy(typed, entry.words);
    return cost === null ? [] : [{ entry, cost, order }];
  });
  return found.sort((a, b) => a.cost - b.cost || a.order - b.order).map(({ entry }) => entry);
}

/** The registry, but that each account but the active one is offered, also beyond those that have a key. */
function all(app: App): Entry[] {
  const done = actions
    .filter((action) => action.id !== 'palette' && action.group !== 'account' && isReady(action, app))
    .map((action) => ({ id: action.id, words: action.words(app), icon: action.icon, key: action.key, run: () => action.run(app) }));
  const others = app.queue.accounts.map((account, place) => ({
    id: `account-${account.id}`,
    account,
    words: m.action_use_account({ label: account.label }),
    icon: UserRound,
    key: place < ACCOUNT_KEYS ? `Mod+${place + 1}` : null,
    run: () => app.accounts.use(account),
  }));
  return [...done, ...others.filter(({ account }) => account !== app.queue.active)];
}
