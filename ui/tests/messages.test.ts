import { expect, it } from 'vitest';

import catalogue from '../messages/en.json';
import type { ProblemKind } from '../src/backend/contract';
import contract from '../src/backend/contract.ts?raw';
import { troubles } from '../src/state/problems';

type Plural = [{ match: Record<string, string> }];
const entries = Object.entries(catalogue as unknown as Record<string, string | Plural>);
const sentences = entries.flatMap(([key, value]) =>
  typeof value === 'string' ? [[key, value] as const] : Object.values(value[0].match).map((words) => [key, words] as const),
);

const sources = Object.values(
  import.meta.glob<string>(['../src/**/*.{svelte,ts}', '!../src/paraglide/**'], { query: '?raw', import: 'default', eager: true }),
).join('\n');

it.each(sentences)('%s is written as the house writes', (_key, words) => {
  expect(words).not.toMatch(/!|\bplease\b|\boops\b|\bsorry\b|\.\.\./i);
  expect(words.trim()).toBe(words);
  expect(words).not.toBe('');
  // Sentence case: after the first, only names are written large.
  const large = words
    // A whole sentence may be put in front.
    .replace(/^\{\w+\} (?=[A-Z])/, '')
    .replace(/\{\w+\}/g, 'x')
    .split(/(?<=[.:?–;]\s)/)
    .flatMap((sentence) => sentence.trim().split(/\s+/).slice(1))
    .filter((word) => /^[A-Z][a-z]/.test(word) && !/^(Aloft|Cloudinary|Markdown|Europe|Asia|Pacific|WebP|English|Upload|Widget|Wayland|Ctrl|Alt|Finder|Git|Code|Keyring|KeePassXC|AppImage|Add)/.test(word));
  expect(large).toEqual([]);
});

it('knows only names and the plurals one and other', () => {
  for (const [, value] of entries) {
    if (typeof value !== 'string') expect(Object.keys(value[0].match)).toEqual(['countPlural=one', 'countPlural=other']);
  }
});

it('has the words that the program takes for tray, dialogs, notifications and windows', () => {
  const all = new Map(entries);
  const plain = new Map(entries.filter(([, value]) => typeof value === 'string'));
  for (const key of [
    'tray_open_window', 'tray_upload_files', 'tray_quit', 'tray_status_idle', 'tray_status_busy', 'tray_pause_all', 'tray_resume_all', 'notification_done',
    'dialog_remove_account_title', 'dialog_remove_account_body', 'dialog_remove_account_yes', 'dialog_upload_url_title',
    'dialog_upload_url_body', 'dialog_upload_url_yes', 'dialog_cancel', 'window_main_title', 'window_secret_title', 'window_widget_title',
  ]) {
    expect(all.has(key), key).toBe(true);
  }
  expect(plain.get('notification_stopped')).toContain('{label}');
  expect(plain.get('dialog_remove_account_body')).toContain('{label}');
  expect(plain.get('dialog_upload_url_body')).toContain('{address}');
});

it('has no word that nobody says', () => {
  const unused = entries.map(([key]) => key).filter((key) => !/^(tray|dialog|notification|window|audit|problem|hint|choice|reason|entry)_/.test(key) && !new RegExp(`\\bm\\.${key}\\b`).test(sources));
  expect(unused).toEqual([]);
});

it('every kind of problem of the contract has its row in the one table', () => {
  const union = /export type ProblemKind = ([^;]+);/.exec(contract)?.[1] ?? '';
  const kinds = [...union.matchAll(/"(\w+)"/g)].map((match) => match[1] as ProblemKind);
  expect(kinds.length).toBeGreaterThan(30);
  expect(Object.keys(troubles).sort()).toEqual([...kinds].sort());
  for (const kind of kinds) expect(troubles[kind].words()).not.toBe('');
});
