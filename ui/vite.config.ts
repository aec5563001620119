import { join } from 'node:path';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Paraglide's runtime reads cookies, storage and addresses; the messages get a module of ours in its place. */
export function ourLanguage(): Plugin {
  return {
    name: 'our-language',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source !== '../runtime.js' || !importer?.includes('/src/paraglide/messages/')) return null;
      return join(import.meta.dirname, 'src/lib/language.ts');
    },
  };
}

// All pages but one; the foreign frame is built alone by vite.frame.config.ts, because its
// scheme serves that one file and nothing that our own pages share.
export default defineConfig({
  plugins: [ourLanguage(), svelte()],
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: '127.0.0.1' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['safari16.4', 'chrome111'],
    // The pages' CSP has no data: and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', drop: 'drop.html', secret: 'secret.html', widget: 'widget.html' },
    },
  },
});
