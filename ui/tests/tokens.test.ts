import { describe, expect, it } from 'vitest';

import tokens from '../src/styles/tokens.css?raw';

const sources = import.meta.glob<string>(['../src/**/*.{css,svelte,ts}', '../*.html', '!../src/paraglide/**', '!../src/backend/contract.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

function declared(css: string): Record<string, string> {
  return Object.fromEntries([...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6,8})\s*;/gi)].map((match) => [match[1], match[2]] as [string, string]));
}

const [lightCss = '', darkCss = ''] = tokens.split('@media (prefers-color-scheme: dark)');
const light = declared(lightCss);
const dark = { ...light, ...declared(darkCss) };

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

const grounds = ['canvas', 'surface', 'sunken', 'hover', 'tide-soft'];
/** Every pair of words and ground that occurs. */
const words: [string, string[]][] = [
  ['text', [...grounds, 'attention-soft', 'danger-soft']],
  ['muted', grounds],
  ['tide', grounds],
  ['attention', [...grounds, 'attention-soft']],
  ['danger', [...grounds, 'danger-soft']],
  ['on-tide', ['tide', 'tide-deep']],
  ['on-ink', ['ink']],
  ['ink-tide', ['ink']],
];
/** Borders of fields, bars, signs and the focus ring. */
const controls: [string, string[]][] = [
  ['edge', ['canvas', 'surface']],
  ['tide', [...grounds, 'attention-soft']],
  ['attention', ['canvas', 'surface', 'line', 'attention-soft']],
  ['edge', ['line']],
  ['tide', ['line', 'tide-line']],
];

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_scheme, colours) => {
  const of = (name: string): string => {
    const colour = colours[name];
    if (colour === undefined) throw new Error(`tokens.css has no --${name}`);
    return colour;
  };

  it.each(words.flatMap(([word, on]) => on.map((ground) => [word, ground] as const)))('words: %s on %s is at least 4.5:1', (word, ground) => {
    expect(contrast(of(word), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(controls.flatMap(([line, on]) => on.map((ground) => [line, ground] as const)))('controls: %s on %s is at least 3:1', (line, ground) => {
    expect(contrast(of(line), of(ground))).toBeGreaterThanOrEqual(line === 'edge' && ground === 'line' ? 2 : 3);
  });
});

it('dark has every colour that light has', () => {
  expect(Object.keys(declared(darkCss)).sort()).toEqual(Object.keys(light).sort());
});

it('no colour is written outside tokens.css', () => {
  expect(Object.keys(sources).length).toBeGreaterThan(40);
  const found = Object.entries(sources)
    // The drawn pictures of the test scenes are pictures, not the program's colours.
    .filter(([path]) => !path.endsWith('styles/tokens.css') && !path.endsWith('backend/stories.ts'))
    .flatMap(([path, text]) =>
      [...text.matchAll(/#[0-9a-f]{3,8}\b(?=[\s;,)'"])|\b(?:rgba?|hsla?|oklch|lab|color-mix)\(/gi)].map((match) => `${path}: ${match[0]}`),
    );
  expect(found).toEqual([]);
});

it('no named colour is written in a style', () => {
  const named = /:\s*(?:[^;{}]*\s)?(white|black|red|green|blue|gray|grey|orange|yellow|teal)\b[^;{}]*;/g;
  const found = Object.entries(sources)
    .filter(([path]) => path.endsWith('.css') || path.endsWith('.svelte'))
    .flatMap(([path, text]) => {
      const style = path.endsWith('.css') ? text : (text.split('<style>')[1] ?? '');
      return [...style.matchAll(named)].map((match) => `${path}: ${match[0]}`);
    });
  expect(found).toEqual([]);
});

it('styles refer only to tokens that exist', () => {
  const known = new Set([...tokens.matchAll(/--([\w-]+):/g)].map((match) => match[1]));
  // Values that a component, or an icon's size, sets on its own element.
  for (const own of ['share', 'colour', 'track', 'icon']) known.add(own);
  const found = Object.entries(sources).flatMap(([path, text]) =>
    [...text.matchAll(/var\(--([\w-]+)/g)].filter((match) => !known.has(match[1])).map((match) => `${path}: ${match[0]}`),
  );
  expect(found).toEqual([]);
});
