import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/**
 * There is one language, so nothing has to choose it: the messages get a constant in place of
 * Paraglide's runtime, which reads cookies, storage and addresses. A second language takes this out.
 */
function oneLanguage(): Plugin {
  return {
    name: 'one-language',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      return source === '../runtime.js' && importer?.includes('/src/paraglide/messages/') ? '\0one-language' : null;
    },
    load(id) {
      return id === '\0one-language' ? "export const experimentalStaticLocale = 'en'; export const getLocale = () => 'en';" : null;
    },
  };
}

// All pages but one; the foreign frame is built alone by vite.frame.config.ts, because its
// scheme serves that one file and nothing that our own pages share.
export default defineConfig({
  plugins: [oneLanguage(), svelte()],
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
