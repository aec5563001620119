import './styles/base.css';

import { mount } from 'svelte';

import AppView from './App.svelte';
import type { Backend } from './backend/backend';
import { tauri } from './backend/tauri';
import { speak } from './lib/language';
import { App } from './state/app.svelte';

async function backend(): Promise<Backend> {
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { flow, story } = await import('./backend/stories');
    const asked = new URLSearchParams(location.search);
    const scene = story(asked.get('story') ?? 'busy');
    if (!asked.has('still')) flow(scene);
    return scene;
  }
  return tauri;
}

speak(new URLSearchParams(location.search).get('lang'));

const app = new App(await backend());
const target = document.querySelector('#app');
if (target === null) throw new Error('index.html has no #app');
mount(AppView, { target, props: { app } });
await app.start();
