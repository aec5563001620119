import '../src/styles/base.css';

import { commands } from 'vitest/browser';
import { afterEach } from 'vitest';

import type { Media } from '../vitest.config';

declare module 'vitest/browser' {
  interface BrowserCommands {
    emulate(media: Media): Promise<void>;
  }
}

afterEach(async () => {
  document.documentElement.style.fontSize = '';
  await commands.emulate({ colorScheme: 'light', reducedMotion: 'no-preference', forcedColors: 'none' });
});
