import { afterEach, describe, expect, it } from 'vitest';
import { commands, page } from 'vitest/browser';

import { story, storyNames } from '../../src/backend/stories';
import { all, one, settled, show } from '../window';

afterEach(async () => {
  document.documentElement.removeAttribute('dir');
  await page.viewport(760, 560);
});

/** Nothing is wider than the window, and nothing that can be pressed is outside of it. */
function fits(): void {
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(innerWidth);
  const wide = [...document.querySelectorAll<HTMLElement>('button, input, [data-testid="job-row"]')]
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5);
    })
    .map((element) => element.outerHTML.slice(0, 120));
  expect(wide).toEqual([]);
}

describe.each(storyNames.filter((name) => name !== 'many'))('%s', (name) => {
  it.each([
    [760, 560, '100%', 'ltr'],
    [420, 480, '100%', 'ltr'],
    [420, 480, '200%', 'ltr'],
    [420, 480, '100%', 'rtl'],
  ])('fits %d × %d at %s, %s', async (width, height, size, dir) => {
    await page.viewport(width, height);
    document.documentElement.style.fontSize = size;
    document.documentElement.dir = dir;
    await show(story(name));
    fits();
  });
});

it('header, rows and footer have their heights', async () => {
  await show(story('busy'));
  expect(document.querySelector('header')?.getBoundingClientRect().height).toBe(44);
  expect(document.querySelector('footer')?.getBoundingClientRect().height).toBe(40);
  for (const row of all('job-row')) expect(Math.abs(row.getBoundingClientRect().height - 56)).toBeLessThanOrEqual(1);
});

it('rests where motion is not wanted', async () => {
  await commands.emulate({ reducedMotion: 'reduce' });
  await show(story('states'));
  const moving = [...document.querySelectorAll('*')].filter((element) => getComputedStyle(element).animationName !== 'none');
  expect(moving).toEqual([]);
});

it('keeps its outlines in forced colours', async () => {
  await commands.emulate({ forcedColors: 'active' });
  const { app } = await show(story('states'));
  app.selection.only(app.rows.at(0) ?? 0);
  await settled();
  const chosen = document.querySelector('[aria-selected="true"]') as HTMLElement;
  expect(getComputedStyle(chosen).outlineStyle).not.toBe('none');
  expect(getComputedStyle(one('add-menu')).borderStyle).toBe('solid');
});
