import type { Component } from 'svelte';
import UserRound from '@lucide/svelte/icons/user-round';

import { fuzzy } from '../lib/fuzzy';
import * as m from '../paraglide/messages.js';
import { actions } from './actions';
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

function all(app: App): Entry[] {
  const done = actions
    .filter((action) => action.id !== 'palette' && action.enabled(app))
    .map((action) => ({ id: action.id, words: action.words(app), icon: action.icon, key: action.key, run: () => action.run(app) }));
  const others = app.queue.accounts
    .filter((account) => account !== app.queue.active)
    .map((account) => ({
      id: `account-${account.id}`,
      words: m.palette_use_account({ label: account.label }),
      icon: UserRound,
      key: null,
      run: () => app.useAccount(account),
    }));
  return [...done, ...others];
}
