import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import type { Page } from 'playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import type { BrowserCommand } from 'vitest/node';

import { CHROMIUM, CHROMIUM_ARGS } from './tests/chromium.ts';
import { ourLanguage } from './vite.config.ts';

export interface Media {
  colorScheme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
  forcedColors?: 'active' | 'none';
}

/** What only the outside of a page can set. */
const emulate: BrowserCommand<[Media]> = async (context, media) => {
  await (context as unknown as { page: Page }).page.emulateMedia(media);
};

/** Lets a test change what every English sentence looks like, by a function named `stretched`. */
const stretchable: Plugin = {
  name: 'stretchable',
  transform(code, id) {
    if (!id.includes('/src/paraglide/messages/')) return null;
    return code.replace(/return (en_\w+)\(inputs\)/g, 'return (globalThis.stretched ?? String)($1(inputs))');
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [ourLanguage(), stretchable, svelte()],
        optimizeDeps: {
          include: ['@tauri-apps/api/core', 'axe-core', 'bits-ui', 'svelte', 'svelte/reactivity', 'vitest-browser-svelte'],
        },
        test: {
          name: 'page',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/dist/**'],
          setupFiles: ['tests/setup.ts'],
          browser: {
            // A bare system may not know the name localhost.
            api: { host: '127.0.0.1' },
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 760, height: 560 },
            provider: playwright({ launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGS } }),
            instances: [{ browser: 'chromium' }],
            commands: { emulate },
          },
        },
      },
      {
        test: { name: 'dist', environment: 'node', include: ['tests/dist/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
      },
    ],
  },
});
