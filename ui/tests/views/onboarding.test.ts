import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { refusal } from '../../src/backend/memory';
import { story } from '../../src/backend/stories';
import { accessible, all, one, settled, show } from '../window';

const value = (testid: string) => (one(testid) as HTMLInputElement).value;

describe('the first screen', () => {
  it('has the four ways in and is accessible', async () => {
    await show(story('onboarding'));
    for (const testid of ['paste-url', 'fill-in', 'use-preset', 'try-sandbox']) expect(one(testid)).toBeVisible();
    await accessible();
  });

  it('the sandbox takes one click and lands in the list', async () => {
    const { backend } = await show(story('onboarding'));
    await userEvent.click(one('try-sandbox'));
    expect(backend.asked('try_sandbox')).toEqual([null]);
    await expect.poll(() => all('sandbox-chip')).toHaveLength(1);
    expect(one('live-region').textContent).toContain('Added Sandbox.');
  });

  it('says that the sandbox starts', async () => {
    const backend = story('onboarding');
    backend.answers.try_sandbox = () => new Promise(() => {});
    await show(backend);
    await userEvent.click(one('try-sandbox'));
    expect(one('try-sandbox').textContent).toContain('Starting the sandbox…');
    await accessible();
  });

  it('pasting asks the program to read the clipboard; the page reads nothing', async () => {
    const { backend } = await show(story('onboarding'));
    await userEvent.click(one('paste-url'));
    expect(backend.asked('paste_account')).toEqual([null]);
    await expect.poll(() => all('empty-list')).toHaveLength(1);
  });

  it('Ctrl+V on the screen is the same', async () => {
    const { backend } = await show(story('onboarding'));
    await userEvent.keyboard('{Control>}v{/Control}');
    expect(backend.asked('paste_account')).toEqual([null]);
  });

  it('what the clipboard did not hold is said', async () => {
    const backend = story('onboarding');
    backend.answers.paste_account = () => {
      throw refusal('bad_url', 'The clipboard holds no CLOUDINARY_URL.', 'Copy the whole line from the console.');
    };
    await show(backend);
    await userEvent.click(one('paste-url'));
    await expect.element(page.getByRole('alert')).toHaveTextContent('The clipboard holds no CLOUDINARY_URL. Copy the whole line from the console.'.replace('. C', '.C'));
    await accessible();
  });
});

describe('filling in', () => {
  it('asks for everything but the secret, and says where that is typed', async () => {
    const { backend } = await show(story('onboarding'));
    await userEvent.click(one('fill-in'));
    expect(document.querySelectorAll('input[type="password"]')).toHaveLength(0);
    expect(document.activeElement).toBe(one('field-cloud-name'));
    await accessible();
    await userEvent.fill(one('field-cloud-name'), ' Harbour ');
    await userEvent.fill(one('field-api-key'), '491672593812345');
    await userEvent.fill(one('field-label'), 'Studio');
    await page.getByRole('radio', { name: 'Europe' }).click();
    await userEvent.click(one('submit-account'));
    expect(backend.asked('begin_account')).toEqual([{ label: 'Studio', cloudName: 'Harbour', apiKey: '491672593812345', host: 'eu' }]);
    await expect.poll(() => all('secret-elsewhere')).toHaveLength(1);
    expect(document.activeElement?.textContent).toBe('Type the secret in the other window');
    await accessible();
  });

  it('an address that is typed is the region', async () => {
    const { backend } = await show(story('onboarding'));
    await userEvent.click(one('fill-in'));
    await userEvent.fill(one('field-cloud-name'), 'demo');
    await userEvent.fill(one('field-api-key'), '1');
    await userEvent.fill(one('field-host'), 'http://127.0.0.1:4319');
    await userEvent.click(one('submit-account'));
    expect(backend.asked('begin_account')[0]?.host).toBe('http://127.0.0.1:4319');
  });

  it('a wrong shape is said at once, and the values stay', async () => {
    const backend = story('onboarding');
    backend.answers.begin_account = () => {
      throw refusal('bad_value', 'An API key is made of digits.', 'Copy it from the console.');
    };
    await show(backend);
    await userEvent.click(one('fill-in'));
    await userEvent.fill(one('field-cloud-name'), 'demo');
    await userEvent.fill(one('field-api-key'), 'abc');
    await userEvent.click(one('submit-account'));
    await expect.element(page.getByRole('alert')).toHaveTextContent(/An API key is made of digits/);
    expect(value('field-api-key')).toBe('abc');
    await accessible();
  });

  it('the account arrives with a notice, once the secret window has done its part', async () => {
    const { app, backend } = await show(story('busy'));
    app.adding = { way: 'signed', filled: {} };
    await settled();
    await userEvent.fill(one('field-cloud-name'), 'demo');
    await userEvent.fill(one('field-api-key'), '1');
    await userEvent.click(one('submit-account'));
    await expect.poll(() => all('secret-elsewhere')).toHaveLength(1);
    backend.tell({ kind: 'notice', value: { kind: 'accountAdded', value: 'harbour' } });
    await expect.poll(() => all('job-list')).toHaveLength(1);
    expect(one('live-region').textContent).toContain('Added Harbour studio.');
  });
});

describe('an unsigned preset', () => {
  it('needs cloud name and preset only', async () => {
    const { backend } = await show(story('onboarding'));
    await userEvent.click(one('use-preset'));
    await accessible();
    await userEvent.fill(one('field-cloud-name'), 'daily-paper');
    await userEvent.fill(one('field-preset'), 'reader_photos');
    await userEvent.click(one('submit-account'));
    expect(backend.asked('add_unsigned_account')).toEqual([{ label: '', cloudName: 'daily-paper', uploadPreset: 'reader_photos', host: 'default' }]);
    await expect.poll(() => all('empty-list')).toHaveLength(1);
  });

  it('goes back to the ways', async () => {
    await show(story('onboarding'));
    await userEvent.click(one('use-preset'));
    await userEvent.click(one('back'));
    expect(one('paste-url')).toBeVisible();
  });
});
