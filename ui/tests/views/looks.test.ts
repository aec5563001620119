import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { story } from '../../src/backend/stories';
import { speak } from '../../src/state/language.svelte';
import { accessible, one, row, settled, show } from '../window';

afterEach(async () => {
  speak('en');
  await page.viewport(760, 560);
});

async function spoken(name: string, language: string) {
  const backend = story(name);
  backend.snapshot = { ...backend.snapshot, language };
  return show(backend);
}

const box = (element: Element) => element.getBoundingClientRect();

describe('a sheet opens', () => {
  it('at its first field where it asks for something', async () => {
    await show(story('busy'));
    await userEvent.keyboard('{Control>}{Shift>}a{/Shift}{/Control}');
    await expect.poll(() => document.activeElement?.getAttribute('data-testid')).toBe('options-folder');
    await userEvent.keyboard('{Escape}');
    await userEvent.click(row('lighthouse.jpg'));
    await userEvent.keyboard('{Control>}{Shift>}l{/Shift}{/Control}');
    await expect.poll(() => document.activeElement?.getAttribute('value')).toBe('url');
  });

  it('at its title where it is read, and the next key is at a control that is seen to have it', async () => {
    await page.viewport(760, 420);
    await show(story('busy'));
    await userEvent.keyboard('?');
    await expect.poll(() => document.activeElement?.textContent).toBe('Keyboard shortcuts');
    const scrolls = document.activeElement?.closest('[role="group"]') as HTMLElement;
    await userEvent.keyboard('{PageDown}');
    await expect.poll(() => scrolls.scrollTop).toBeGreaterThan(0);
    await userEvent.keyboard('{Tab}');
    const close = document.activeElement as HTMLElement;
    expect(close.getAttribute('aria-label')).toBe('Close');
    expect(getComputedStyle(close).outlineStyle).toBe('solid');
    // The head stays where it can be reached.
    expect(box(close).top).toBeGreaterThan(0);
    await accessible();
  });
});

it('shows what is copied beside the form of one’s own text, whole and without scrolling', async () => {
  await show(story('busy'));
  await userEvent.click(row('lighthouse.jpg'));
  await userEvent.keyboard('{Control>}{Shift>}l{/Shift}{/Control}');
  await userEvent.click(page.getByRole('radio', { name: 'Own text' }), { force: true });
  await expect.poll(() => one('copy-preview').textContent).toContain('<a href=');
  const preview = box(one('copy-preview'));
  expect(preview.left).toBeGreaterThan(box(one('copy-template')).right);
  expect(preview.bottom).toBeLessThan(box(one('copy-submit')).top);
  await accessible();
});

describe('words from right to left', () => {
  it('leave folders and addresses in their order', async () => {
    await spoken('busy', 'ar');
    await userEvent.keyboard('{Control>}{Shift>}a{/Shift}{/Control}');
    await expect.poll(() => document.activeElement?.getAttribute('data-testid')).toBe('options-folder');
    for (const name of ['options-folder', 'options-transformation', 'options-eager']) {
      const style = getComputedStyle(one(name));
      expect([name, style.direction, style.textAlign]).toEqual([name, 'ltr', 'right']);
    }
  });

  it('say trouble once, and the program’s English in its own direction', async () => {
    await spoken('banner', 'ar');
    const said = one('banner').querySelector('span[lang="en"]') as HTMLElement;
    expect(said.textContent).toBe('The API secret does not belong to key 491672593812345. Enter it again; 14 uploads wait.');
    expect(getComputedStyle(said).direction).toBe('ltr');
    expect(box(said).right).toBeCloseTo(box(one('banner').querySelector('strong') as HTMLElement).right, 0);
  });

  it('keep a name with its marks together', async () => {
    await spoken('banner', 'ar');
    expect(one('banner').querySelector('strong')?.textContent).toContain('\u2068Harbour studio\u2069');
  });
});

it('keeps the footer to one line where German says the totals, and the lock stands for its words', async () => {
  await spoken('busy', 'de');
  const footer = document.querySelector('footer') as HTMLElement;
  const counts = footer.querySelector('.totals > span') as HTMLElement;
  expect(box(counts).height).toBeLessThan(20);
  expect(box(footer).height).toBe(40);
  const lock = footer.querySelector('.keeping svg') as SVGElement;
  expect(box(lock).right).toBeLessThanOrEqual(box(one('whole')).left);
  expect(box(counts).right).toBeLessThanOrEqual(box(lock).left);
});

it.each(['en', 'de', 'es', 'ja', 'ar'])('has bars that begin and end at one line, said in %s', async (language) => {
  for (const width of [420, 760, 1280]) {
    await page.viewport(width, 560);
    const { screen } = await spoken('states', language);
    const bars = [...document.querySelectorAll('[role="progressbar"]')].filter((bar) => bar.closest('[data-testid="job-row"]'));
    expect(bars.length).toBeGreaterThan(2);
    for (const side of ['left', 'right'] as const) {
      expect([width, side, new Set(bars.map((bar) => Math.round(box(bar)[side]))).size]).toEqual([width, side, 1]);
    }
    await screen.unmount();
  }
});

it('has the settings in the middle of a wide window', async () => {
  await page.viewport(1280, 800);
  const { app } = await show(story('settings'));
  app.settings.show('uploading');
  await settled();
  const part = box(one('settings').querySelector('.part') as HTMLElement);
  const room = box(one('settings').querySelector('.scroll') as HTMLElement);
  expect(Math.abs(part.left - room.left - (room.right - part.right))).toBeLessThan(20);
});

it.each([[760, 560], [420, 480]])('has settings that can be scrolled clear of what is said, at %d × %d', async (width, height) => {
  await page.viewport(width, height);
  const { app } = await show(story('settings'));
  app.settings.show('accounts');
  app.toasts.say('The key could not be checked, because Cloudinary did not answer. Look at the network, and check the account again after that.', { tone: 'trouble', action: { words: 'Check again', run: () => {} } });
  await settled();
  for (const scrolls of one('settings').querySelectorAll('.scroll, .body')) scrolls.scrollTop = scrolls.scrollHeight;
  const last = one('settings').querySelector('.part')?.lastElementChild as HTMLElement;
  expect(box(last).bottom).toBeLessThanOrEqual(box(document.querySelector('.toast') as HTMLElement).top);
});
