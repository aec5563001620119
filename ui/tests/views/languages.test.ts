import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { story, storyNames } from '../../src/backend/stories';
import { LANGUAGES } from '../../src/lib/language';
import { speak } from '../../src/state/language.svelte';
import { sections } from '../../src/state/settings.svelte';
import { accessible, all, one, settled, show } from '../window';

const scenes = storyNames.filter((name) => name !== 'many');

afterEach(async () => {
  delete (globalThis as { stretched?: unknown }).stretched;
  speak('en');
  await page.viewport(760, 560);
});

/** Text that is wider or higher than the box that holds it, and is not one that may be cut. */
function cut(): string[] {
  const texts = [...document.querySelectorAll<HTMLElement>('body *')].filter(
    (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()) && element.getClientRects().length > 0,
  );
  return texts
    .filter((element) => {
      // Names, sentences of rows and what only a screen reader reads may be longer than their place.
      if (element.closest('bdi, [data-testid="job-status"], .unseen, option, kbd, [aria-live]')) return false;
      const style = getComputedStyle(element);
      const clips = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
      const wide = clips(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
      const high = clips(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
      return wide || high;
    })
    .map((element) => element.outerHTML.slice(0, 160));
}

/** Whatever can be pressed lies inside the window. */
function outside(): string[] {
  return [...document.querySelectorAll<HTMLElement>('button, input, select')]
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && !element.closest('.unseen') && (box.left < -0.5 || box.right > innerWidth + 0.5);
    })
    .map((element) => element.outerHTML.slice(0, 120));
}

describe('in a language whose words are four tenths longer', () => {
  beforeEach(() => {
    (globalThis as { stretched?: (words: string) => string }).stretched = (words) => {
      const longer = 'ŀøñġ '.repeat(Math.ceil((words.length * 0.4) / 5)).trim();
      return `[${words} ${longer}]`;
    };
  });

  it.each(scenes)('%s cuts no string', async (name) => {
    await show(story(name));
    expect(document.body.textContent).toContain('ŀøñġ');
    expect(cut()).toEqual([]);
    expect(outside()).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(innerWidth);
  });

  it.each(sections)('settings: %s cuts no string', async (section) => {
    const { app } = await show(story('settings'));
    app.settings.show(section);
    await settled();
    expect(cut()).toEqual([]);
    expect(outside()).toEqual([]);
  });
});

describe.each(LANGUAGES.filter((language) => language !== 'en'))('%s', (language) => {
  it.each(['busy', 'states', 'empty', 'onboarding'].filter((name) => storyNames.includes(name as never)))('%s fits, and is accessible', async (name) => {
    const backend = story(name as (typeof storyNames)[number]);
    backend.snapshot = { ...backend.snapshot, language };
    await page.viewport(420, 480);
    await show(backend);
    expect(document.documentElement.lang).toBe(language);
    expect(outside()).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(innerWidth);
    await accessible();
  });
});

it('is changed while the window is open, and everything that has words follows', async () => {
  const { backend } = await show(story('busy'));
  const before = one('add-menu').textContent;
  backend.change(() => ({ language: 'ar' }));
  await settled();
  expect(document.documentElement.dir).toBe('rtl');
  expect(one('add-menu').textContent).not.toBe(before);
  expect(all('job-status').map((status) => status.textContent ?? '').join()).toMatch(/[\u0600-\u06ff]/);
});

it('puts names, sizes and measures in their order where words run from right to left', async () => {
  const { backend } = await show(story('states'));
  backend.change(() => ({ language: 'ar' }));
  await settled();
  const shown = all('job-row').find((row) => row.dataset['name'] === 'ferry-timelapse.mov') as HTMLElement;
  expect(shown.querySelector('.status')?.textContent).toContain('\u20661.2 GB\u2069');
  const name = (shown.querySelector('bdi.name .start') as HTMLElement).getBoundingClientRect();
  const text = (shown.querySelector('.text') as HTMLElement).getBoundingClientRect();
  expect(name.right).toBeCloseTo(text.right, 0);

  await userEvent.click(one('add-menu'));
  await expect.poll(() => document.querySelector('.menu')).not.toBeNull();
  expect(getComputedStyle(document.querySelector('.menu') as HTMLElement).direction).toBe('rtl');
});
