import type { Component } from 'svelte';

import type { App } from './app.svelte';

/** What the window shows on request only. */
interface Views {
  Sheets: Component<{ app: App }>;
  Settings: Component<{ app: App }>;
}

/** Views that come after the window has drawn itself, so that it draws itself sooner. */
class Later {
  views = $state.raw<Views | null>(null);
  #coming: Promise<void> | null = null;

  /** Fetches them, once. */
  fetch(): Promise<void> {
    return (this.#coming ??= this.#fetch());
  }

  async #fetch(): Promise<void> {
    const [sheets, settings] = await Promise.all([import('../components/Sheets.svelte'), import('../views/Settings.svelte')]);
    this.views = { Sheets: sheets.default, Settings: settings.default };
  }
}

export const later = new Later();
