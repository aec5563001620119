/**
 * Which language the pages speak. The messages that Paraglide compiles import their runtime from
 * here (see vite.config.ts): Paraglide's own reads cookies, storage and addresses, and Aloft's
 * pages are told by the program.
 */
export const LANGUAGES = ['en', 'de', 'es', 'ja', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's name for itself, as people look for it in a list. */
export const OWN_NAMES: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  ja: '日本語',
  ar: 'العربية',
};

let spoken: Language = 'en';
let noticed: () => void = () => {};

/** Speaks a language from now on, English where the code is not one of ours. */
export function speak(code: string | null | undefined): void {
  spoken = LANGUAGES.find((language) => language === code) ?? 'en';
  document.documentElement.lang = spoken;
  document.documentElement.dir = spoken === 'ar' ? 'rtl' : 'ltr';
}

/** Is called whenever words are made, so that a page that draws itself anew can note what it depends on. */
export function notice(call: () => void): void {
  noticed = call;
}

export function getLocale(): Language {
  noticed();
  return spoken;
}

/**
 * For `Intl`: the language spoken, as the user's own region writes it where the system says which, and always with the
 * digits that names, sizes and addresses have too.
 */
export function tag(): string {
  const language = getLocale();
  const regional = navigator.languages.find((one) => one.split('-')[0] === language);
  return `${regional?.replace(/-u-.*$/, '') ?? language}-u-nu-latn`;
}

/** Which way the language runs, for parts that do not take it from the page. */
export function direction(): 'ltr' | 'rtl' {
  return getLocale() === 'ar' ? 'rtl' : 'ltr';
}

/** What runs from left to right, as a size, a pair of numbers or an English sentence, where the words around it run from right to left. */
export function leftToRight(text: string): string {
  return direction() === 'rtl' ? `\u2066${text}\u2069` : text;
}

/** Part of the runtime's shape: the language is never fixed when the page is built. */
export const experimentalStaticLocale: Language | undefined = undefined;
