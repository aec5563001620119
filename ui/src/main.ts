import './styles/base.css';

import type { Backend } from './backend/backend';
import { early } from './backend/early';
import { tauri } from './backend/tauri';
import { speak } from './lib/language';

async function backend(): Promise<Backend> {
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { flow, story } = await import('./backend/stories');
    const asked = new URLSearchParams(location.search);
    const scene = story(asked.get('story') ?? 'busy');
    if (!asked.has('still')) flow(scene);
    return scene;
  }
  return early(tauri);
}

speak(new URLSearchParams(location.search).get('lang'));

// This script is small, so that the program is asked while the large one is read.
const [{ open }, program] = await Promise.all([import('./open'), backend()]);
await open(program);
