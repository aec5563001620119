import { afterEach, describe, expect, it } from 'vitest';

import english from '../messages/en.json';
import { bytes } from '../src/lib/bytes';
import { LANGUAGES, OWN_NAMES, speak } from '../src/lib/language';
import * as m from '../src/paraglide/messages.js';

type Plural = [{ match: Record<string, string> }];
type Catalogue = Record<string, string | Plural>;

const catalogues = Object.fromEntries(
  Object.entries(import.meta.glob<Catalogue>('../messages/*.json', { import: 'default', eager: true })).map(([file, words]) => [
    /(\w+)\.json$/.exec(file)?.[1] ?? '',
    words,
  ]),
);
const others = LANGUAGES.filter((language) => language !== 'en');
const base = english as unknown as Catalogue;

const variants = (value: string | Plural): string[] => (typeof value === 'string' ? [value] : Object.values(value[0].match));
const names = (words: string): string[] => [...new Set([...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();
/** The letters of each language that the others do not have; a sentence in it has at least one. */
const script: Partial<Record<string, RegExp>> = { ja: /[\u3040-\u30ff\u4e00-\u9fff]/, ar: /[\u0600-\u06ff]/ };
/** Names of things that are called the same everywhere. */
const SAME_EVERYWHERE = 0.12;

afterEach(() => speak('en'));

it('has a catalogue for every language, and no other', () => {
  expect(Object.keys(catalogues).sort()).toEqual([...LANGUAGES].sort());
  expect(Object.keys(OWN_NAMES).sort()).toEqual([...LANGUAGES].sort());
});

describe.each(others)('%s', (language) => {
  const catalogue = catalogues[language] ?? {};

  it('says everything that English says, and nothing else', () => {
    expect(Object.keys(catalogue).filter((key) => !(key in base))).toEqual([]);
    expect(Object.keys(base).filter((key) => !(key in catalogue))).toEqual([]);
  });

  it('names the same values', () => {
    const wrong = Object.entries(base).flatMap(([key, value]) => {
      const wanted = names(variants(value).join(' '));
      // “One file” may do without its number.
      const count = typeof value === 'string' ? [] : ['count'];
      return variants(catalogue[key] ?? '')
        .filter((words) => {
          const found = names(words);
          return found.some((name) => !wanted.includes(name)) || wanted.some((name) => !found.includes(name) && !count.includes(name));
        })
        .map((words) => `${key}: ${words}`);
    });
    expect(wrong).toEqual([]);
  });

  it('has a form for each of its numbers', () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.map((one) => `countPlural=${one}`).sort();
    const wrong = Object.entries(base)
      .filter(([, value]) => typeof value !== 'string')
      .filter(([key]) => {
        const value = catalogue[key];
        return value === undefined || typeof value === 'string' || Object.keys(value[0].match).sort().join() !== categories.join();
      })
      .map(([key]) => key);
    expect(wrong).toEqual([]);
  });

  it('is written, not copied', () => {
    const sentences = Object.keys(base).flatMap((key) => variants(catalogue[key] ?? '').map((words) => [key, words] as const));
    for (const [key, words] of sentences) {
      expect(words, key).not.toMatch(/[!！¡]|\.\.\./);
      expect(words.trim(), key).toBe(words);
      expect(words, key).not.toBe('');
    }
    // The marks that keep a name's direction are no words.
    const bare = (key: string) => variants(catalogue[key] ?? '').join().replace(/[\u2068\u2069]/g, '');
    const copied = Object.keys(base).filter((key) => variants(base[key] ?? '').join() === bare(key));
    expect(copied.length / Object.keys(base).length, copied.join(', ')).toBeLessThan(SAME_EVERYWHERE);
    const letters = script[language];
    if (letters !== undefined) {
      const foreign = sentences.filter(([key, words]) => !letters.test(words) && !copied.includes(key)).map(([key, words]) => `${key}: ${words}`);
      expect(foreign).toEqual([]);
    }
  });

  it('is spoken when it is asked for', () => {
    speak(language);
    expect(document.documentElement.lang).toBe(language);
    expect(document.documentElement.dir).toBe(language === 'ar' ? 'rtl' : 'ltr');
    expect(m.action_cancel()).toBe(catalogue['action_cancel']);
  });
});

it('writes figures as the language does, with the digits that sizes and addresses have', () => {
  const said = LANGUAGES.map((language) => {
    speak(language);
    return bytes(1_540_000);
  });
  expect(said).toEqual(['1.5 MB', '1,5 MB', '1,5 MB', '1.5 MB', '\u20661.5 MB\u2069']);
});

it('falls back to English where a language is not spoken', () => {
  speak('xx');
  expect(m.action_cancel()).toBe(english.action_cancel);
});
