import { mount } from 'svelte';

import AppView from './App.svelte';
import type { Backend } from './backend/backend';
import { App } from './state/app.svelte';
import { later } from './state/later.svelte';

/** Draws the window, and fetches the rest of it then. */
export async function open(backend: Backend): Promise<void> {
  const app = new App(backend);
  const target = document.querySelector('#app');
  if (target === null) throw new Error('index.html has no #app');
  mount(AppView, { target, props: { app } });
  await app.start();
  // A frame that was drawn, not only asked for.
  requestAnimationFrame(() => setTimeout(() => void later.fetch()));
}
