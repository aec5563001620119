import { describe, expect, it } from 'vitest';
import { commands, page, userEvent } from 'vitest/browser';

import { MemoryBackend, refusal } from '../../src/backend/memory';
import { doneJob, picture, sandboxAccount, snapshot } from '../../src/backend/stories';
import { accessible, all, one, row, sentence, settled, show } from '../window';

const keys = userEvent.keyboard;

const backend = () => {
  const jobs = [
    doneJob('lighthouse.jpg', { id: 1 }),
    doneJob('gulls.jpg', { id: 2 }),
    doneJob('tide-table.csv', { id: 3, resourceType: 'raw', width: null, height: null }),
  ];
  const made = new MemoryBackend(snapshot({ jobs }));
  made.pictures = picture;
  return made;
};

async function opened(made = backend()) {
  const shown = await show(made);
  row('lighthouse.jpg').focus();
  await keys('{Control>}a{/Control}');
  await keys('{Control>}{Shift>}L{/Shift}{/Control}');
  await expect.poll(() => all('copy-sheet')).toHaveLength(1);
  await settled();
  return shown;
}

const preview = () => one('copy-preview').querySelector('pre')?.textContent ?? '';
const choose = (name: string) => page.getByRole('radio', { name, exact: true }).click({ force: true });

describe('the sheet “Copy as”', () => {
  it('previews as it is chosen, copies, and begins with it the next time', async () => {
    const { backend } = await opened();
    await expect.poll(preview).toContain('/image/upload/v1764/lighthouse-x7k2.jpg');
    expect(one('copy-submit').textContent).toContain('Copy 3 links');
    await choose('Markdown');
    await userEvent.click(one('copy-optimised'));
    await userEvent.fill(one('copy-width'), '800');
    await expect.poll(preview).toContain('![lighthouse.jpg](https://res.cloudinary.com/harbour-studio/image/upload/c_limit,w_800/f_auto,q_auto/v1764/');
    await expect.poll(() => one('copy-sheet').textContent).toContain('1 of them stays as it is');
    await expect.poll(() => one('copy-preview').querySelector('img')).not.toBeNull();
    await accessible();
    await userEvent.click(one('copy-submit'));
    await expect.poll(() => all('copy-sheet')).toHaveLength(0);
    expect(one('live-region').textContent).toContain('3 links copied.');
    const form = { format: { kind: 'markdown' }, optimised: true, width: 800, height: null, crop: 'limit' };
    expect(backend.asked('copy_links')).toEqual([{ ids: [1, 2, 3], form, remember: true }]);
    await keys('{Control>}{Shift>}L{/Shift}{/Control}');
    await expect.poll(() => all('copy-sheet')).toHaveLength(1);
    await expect.element(page.getByRole('radio', { name: 'Markdown' })).toBeChecked();
    expect((one('copy-width') as HTMLInputElement).value).toBe('800');
  });

  it('takes an own text with placeholders, and shows what is wrong with it', async () => {
    const { backend } = await opened();
    await choose('Own text');
    const text = one('copy-template') as HTMLTextAreaElement;
    await userEvent.fill(text, 'see ');
    await page.getByRole('button', { name: '{url}' }).click();
    expect(text.value).toBe('see {url}');
    await expect.poll(preview).toContain('see https://res.cloudinary.com/');
    await accessible();
    backend.answers.preview_links = () => {
      throw refusal('bad_value', 'The template asks for {link}, which is not known.', 'Correct it and try again.');
    };
    await userEvent.fill(text, '{{link}');
    await expect.poll(() => all('copy-problem').map(({ textContent }) => textContent)).toEqual([
      'The template asks for {link}, which is not known.Correct it and try again.',
    ]);
    expect((one('copy-submit') as HTMLButtonElement).disabled).toBe(true);
    await accessible();
  });

  it('offers ways to fit that mean something, and takes no size that is none', async () => {
    await opened();
    const fit = one('copy-crop') as HTMLSelectElement;
    expect(fit.disabled).toBe(true);
    await userEvent.fill(one('copy-width'), '400');
    expect([...fit.options].map(({ value }) => value)).toEqual(['limit', 'fit']);
    await userEvent.fill(one('copy-height'), '300');
    await settled();
    expect([fit.value, fit.options.length]).toEqual(['fill', 5]);
    await userEvent.fill(one('copy-height'), 'tall');
    await settled();
    expect(one('copy-height').getAttribute('aria-invalid')).toBe('true');
    expect((one('copy-submit') as HTMLButtonElement).disabled).toBe(true);
    await accessible();
  });

  it('says that the sandbox makes no sizes', async () => {
    const made = new MemoryBackend(snapshot({ accounts: [sandboxAccount], jobs: [doneJob('lighthouse.jpg', { id: 1, account: 'sandbox' })] }));
    await opened(made);
    expect(one('copy-sheet').textContent).not.toContain('originals only');
    await userEvent.fill(one('copy-width'), '400');
    await expect.poll(() => one('copy-sheet').textContent).toContain('The sandbox delivers originals only.');
  });

  it.each([
    [760, 560, '100%', 'ltr'],
    [320, 480, '100%', 'ltr'],
    [420, 480, '200%', 'ltr'],
    [420, 480, '100%', 'rtl'],
  ])('fits %d × %d at %s, %s', async (width, height, size, dir) => {
    await page.viewport(width, height);
    document.documentElement.style.fontSize = size;
    document.documentElement.dir = dir;
    await opened();
    await choose('Own text');
    const sheet = one('copy-sheet').getBoundingClientRect();
    const outside = [...one('copy-sheet').querySelectorAll<HTMLElement>('button, input, select, textarea, label')]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.left < sheet.left - 0.5 || box.right > sheet.right + 0.5;
      })
      .map((element) => element.outerHTML.slice(0, 120));
    expect(outside).toEqual([]);
    document.documentElement.removeAttribute('dir');
    await page.viewport(760, 560);
  });

  it('keeps what is chosen visible in forced colours', async () => {
    await commands.emulate({ forcedColors: 'active' });
    await opened();
    const chosen = one('copy-sheet').querySelector('input:checked + span') as HTMLElement;
    expect(getComputedStyle(chosen).outlineStyle).not.toBe('none');
  });
});

describe('a row', () => {
  it('is deleted from its menu, says so, and can be sent again', async () => {
    const { backend } = await show(new MemoryBackend(snapshot({ jobs: [doneJob('lighthouse.jpg', { id: 1 })] })));
    await userEvent.click(page.getByRole('button', { name: 'More for lighthouse.jpg' }));
    await page.getByRole('menuitem', { name: 'Delete from Cloudinary…' }).click();
    await expect.poll(() => backend.asked('delete_assets')).toEqual([{ ids: [1] }]);
    await expect.poll(() => sentence('lighthouse.jpg')).toBe('Deleted from Cloudinary');
    expect(row('lighthouse.jpg').querySelector('[data-testid="copy-link"]')).toBeNull();
    await accessible();
    row('lighthouse.jpg').querySelector<HTMLElement>('[data-testid="job-action"]')?.click();
    await expect.poll(() => backend.asked('upload_again')).toEqual([{ ids: [1] }]);
  });

  it('is deleted with a key, and the toast’s Undo with another', async () => {
    const { backend } = await show(new MemoryBackend(snapshot({ jobs: [doneJob('lighthouse.jpg', { id: 1 })] })));
    row('lighthouse.jpg').focus();
    await keys('{Shift>}{Delete}{/Shift}');
    await expect.poll(() => one('live-region').textContent).toContain('Deleted 1 asset from Cloudinary.');
    await keys('{Control>}z{/Control}');
    await expect.poll(() => backend.asked('upload_again')).toEqual([{ ids: [1] }]);
  });
});
