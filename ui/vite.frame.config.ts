import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/** The page as it is: Vite's HTML handling would add a hash and a module attribute. */
function page(name: string): Plugin {
  return {
    name: 'foreign-frame-page',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: name, source: readFileSync(name, 'utf8') });
    },
  };
}

// The foreign frame: one classic script with a fixed name, sharing nothing with our own pages.
export default defineConfig({
  plugins: [page('widget-frame.html')],
  clearScreen: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: ['safari16.4', 'chrome111'],
    modulePreload: false,
    rolldownOptions: {
      input: 'src/widget/frame-entry.ts',
      output: { format: 'iife', entryFileNames: 'widget-frame.js', codeSplitting: false },
    },
  },
});
