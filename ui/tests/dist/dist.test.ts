import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CHROMIUM, CHROMIUM_ARGS } from '../chromium.ts';

/** What is shipped, under the policies that it is shipped with. `npm test` builds it first. */
const DIST = join(import.meta.dirname, '../../dist');
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

const OWN = 'http://tauri.localhost';
const FRAME = 'http://upload-frame.localhost';
const SCRIPTS = 'https://upload-widget.cloudinary.com';
/** The policy of all our own pages, as the shell sets it. */
const POLICY = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../src-tauri/tauri.conf.json'), 'utf8')) as { app: { security: { csp: string } } }
).app.security.csp;
const FRAME_POLICY = `default-src 'none'; script-src 'self' ${SCRIPTS}; frame-src ${SCRIPTS}; style-src 'unsafe-inline'; img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors tauri://localhost ${OWN}`;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let violations: string[];
let faults: string[];

function file(name: string): string {
  return readFileSync(join(DIST, name), 'utf8');
}

async function serve(origin: string, policy: (name: string) => string): Promise<void> {
  await context.route(`${origin}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const path = join(DIST, name);
    if (name.includes('..') || !existsSync(path)) return route.fulfill({ status: 404 });
    return route.fulfill({
      body: readFileSync(path),
      headers: { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'content-security-policy': policy(name) },
    });
  });
}

/** The program's side of the IPC, in the top document only, as Tauri puts it there. */
async function program(answers: Record<string, unknown>): Promise<void> {
  await context.addInitScript((given: Record<string, unknown>) => {
    // The shell's `freezePrototype`.
    Object.freeze(Object.prototype);
    if (window.top !== window) return;
    const asked: unknown[] = [];
    Object.assign(window, { asked, channels: {} as Record<number, (message: unknown) => void> });
    let count = 0;
    Object.defineProperty(window, '__TAURI_INTERNALS__', {
      value: {
        transformCallback: (call: (message: unknown) => void) => {
          count += 1;
          (window as unknown as { channels: Record<number, unknown> }).channels[count] = call;
          return count;
        },
        unregisterCallback: () => {},
        convertFileSrc: (path: string, scheme: string) => `http://${scheme}.localhost/${encodeURIComponent(path)}`,
        invoke: async (command: string, args: Record<string, unknown> | undefined) => {
          asked.push([command, JSON.parse(JSON.stringify(args ?? null))]);
          const key = command === 'rpc' ? `rpc ${String(args?.['name'])}` : command;
          const answer = given[key] as { throws?: unknown } | undefined;
          if (answer?.throws !== undefined) throw answer.throws;
          return answer ?? { done: true };
        },
      },
    });
  }, answers);
}

const asked = () => page.evaluate(() => (window as unknown as { asked: [string, unknown][] }).asked);

beforeAll(async () => {
  if (!existsSync(join(DIST, 'widget-frame.js'))) throw new Error('ui/dist is not there: run `npm run build`');
  browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
});

afterAll(() => browser.close());

beforeEach(async () => {
  violations = [];
  faults = [];
  context = await browser.newContext({ viewport: { width: 760, height: 560 } });
  await context.exposeFunction('violated', (words: string) => void violations.push(words));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      void (window as unknown as { violated(words: string): void }).violated(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await serve(OWN, () => POLICY);
  await serve(FRAME, () => FRAME_POLICY);
});

afterEach(() => context.close());

/** A script and all that it cannot run without. */
function whole(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, , other] of file(`assets/${name}`).matchAll(/(from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) whole(other as string, found);
  return found;
}

const size = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + file(`assets/${name}`).length, 0);

describe('the files', () => {
  it('ask the program before the large script is read, and leave out of that what is not seen at first', () => {
    const assets = readdirSync(join(DIST, 'assets'));
    const called = (start: string) => assets.find((name) => name.startsWith(`${start}-`) && name.endsWith('.js')) ?? expect.unreachable(start);
    const first = /src="\/assets\/(index-[\w-]+\.js)"/.exec(file('index.html'))?.[1] ?? '';
    expect(size(whole(first))).toBeLessThan(12_000);
    const drawn = new Set([...whole(first), ...whole(called('open'))]);
    expect(size(drawn)).toBeLessThan(430_000);
    for (const later of ['Sheets', 'Settings']) {
      expect(drawn).not.toContain(called(later));
      expect(size(whole(called(later)))).toBeGreaterThan(20_000);
    }
  });

  it('are five pages, and the frame’s script has its fixed name and is alone', () => {
    expect(readdirSync(DIST).sort()).toEqual(['assets', 'drop.html', 'index.html', 'secret.html', 'widget-frame.html', 'widget-frame.js', 'widget.html']);
    expect(file('widget-frame.js')).not.toMatch(/\bimport\b|\bexport\b|__TAURI|\binvoke\b/);
    expect(file('widget-frame.html')).not.toContain('assets/');
  });

  it.each(['index.html', 'secret.html', 'widget.html', 'widget-frame.html'])('%s has no inline script, style or handler', (name) => {
    const html = file(name);
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      expect(attributes).toContain('src=');
      expect(body).toBe('');
    }
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);
  });

  it('hold nothing of the tests and name no outside host', () => {
    const scripts = readdirSync(join(DIST, 'assets')).map((name) => [name, file(`assets/${name}`)] as const);
    for (const [name, text] of scripts) {
      expect(text, name).not.toMatch(/harbour-studio|MemoryBackend|sourceMappingURL/);
      const hosts = [...text.matchAll(/https?:\/\/([a-z0-9.-]+\.[a-z]+)/g)]
        .map((match) => match[1])
        // Names of XML kinds, links in messages of libraries, and the example of an address in a form.
        .filter((host) => !/^(www\.w3\.org|svelte\.dev|api\.example\.com)$/.test(host ?? ''));
      expect(hosts, name).toEqual([]);
    }
  });

  it('the secret window’s script stores nothing and logs nothing', () => {
    const name = readdirSync(join(DIST, 'assets')).find((one) => /^secret-.*\.js$/.test(one)) ?? '';
    expect(file(`assets/${name}`)).not.toMatch(/console|localStorage|sessionStorage|cookie|innerHTML/);
  });
});

describe('the main window', () => {
  const totals = { waiting: 0, moving: 1, done: 0, failed: 0, needsYou: 0, paused: 0, sentBytes: 5, totalBytes: 10 };
  const snapshot = {
    revision: 1, version: '0.1.0', language: 'en', active: 'a',
    accounts: [{ id: 'a', label: 'Studio', cloudName: 'studio', access: { kind: 'signed', apiKey: '1' }, host: 'https://api.cloudinary.com', verification: { state: 'verified' }, origin: 'saved', keeping: 'keyring', problem: null, paused: false }],
    store: { keyring: true, name: 'Secret Service', problem: null, vault: 'absent' },
    here: { shortcut: null, startAtLogin: null, startsAtLogin: false, dropWindow: null, tray: null, screenLock: null, idle: null },
    batches: [{ id: 1, account: 'a', label: '', createdAt: '2026-11-24T10:12:00Z', count: 1, done: 0, runs: [{ first: 1, count: 1 }], sums: totals }],
    totals,
  };
  const quay = { id: 1, batch: 1, account: 'a', name: 'quay.png', origin: 'file', size: 10, state: 'uploading', sent: 5, total: 10, problem: null, nextAttemptAt: null, link: null, verified: null, verifiedReason: null, reused: false, resourceType: 'image', publicId: null, width: null, height: null, folder: '', tags: [], at: '2026-11-24T10:12:00Z' };
  const found = { groups: [{ group: { kind: 'batch', id: 1 }, runs: [{ first: 1, count: 1 }] }], count: 1 };

  it('works under its policy: list, menu, tooltip, dialog and toast, without one violation', async () => {
    await program({ 'rpc snapshot': snapshot, 'rpc look_at': { rows: [quay] }, 'rpc find': found, 'rpc facets': { folders: ['press'], tags: [] }, 'rpc control': { count: 1 }, 'rpc job_details': { place: '/x', parameters: '{}', answer: '{}' } });
    await page.goto(`${OWN}/index.html`);
    await page.getByTestId('job-row').waitFor();
    expect(await page.getByTestId('job-status').textContent()).toContain('5 B of 10 B');
    await page.evaluate(() => (window as unknown as { channels: Record<number, (message: unknown) => void> }).channels[1]?.({ index: 0, message: { kind: 'progress', value: [{ id: 1, sent: 8, total: 10 }] } }));
    await page.getByText('8 B of 10 B').waitFor();
    // The bar's share is a style of its own, which the policy must let through.
    expect(await page.locator('.bar .bar').evaluate((bar) => getComputedStyle(bar).getPropertyValue('--share'))).toBe('0.8');
    await page.getByTestId('add-menu').click();
    await page.getByTestId('add-files').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('search').fill('q');
    await page.getByTestId('found-count').getByText('1 upload').waitFor();
    await page.getByTestId('filter-kind').click();
    await page.getByRole('menuitemradio', { name: 'Images' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear search' }).hover();
    await page.locator('.hint').waitFor();
    await page.getByTestId('job-row').click();
    await page.keyboard.press('i');
    await page.getByTestId('details-sheet').waitFor();
    const place = await page.getByTestId('details-sheet').boundingBox();
    expect(place?.x).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-field').fill('pause');
    await page.keyboard.press('Escape');
    await page.getByTestId('job-row').focus();
    await page.keyboard.press('Delete');
    await page.getByTestId('toast-action').waitFor();
    expect((await asked()).slice(0, 2).map(([command, args]) => [command, (args as { name?: string }).name])).toEqual([['subscribe', undefined], ['rpc', 'snapshot']]);
    // The picture of the row is asked of the program's own scheme and is not there in this test.
    expect(violations).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describe('the secret window', () => {
  it('works under its policy and hands the secret over once', async () => {
    await program({ secret_submit: { throws: { kind: 'no_store', message: 'This system offers no keyring.', hint: '', retry: 'afterChange' } } });
    await page.setViewportSize({ width: 480, height: 440 });
    await page.goto(`${OWN}/secret.html?label=Studio&cloud=studio&key=123`);
    await page.getByTestId('secret-field').fill('abcd');
    await page.getByTestId('secret-keep').click();
    await page.getByTestId('secret-session').waitFor();
    expect(await page.getByTestId('secret-field').inputValue()).toBe('');
    const button = await page.getByTestId('secret-keep').boundingBox();
    expect((button?.y ?? 999) + (button?.height ?? 0)).toBeLessThanOrEqual(440);
    await page.keyboard.press('Escape');
    expect(await asked()).toEqual([
      ['secret_submit', { request: { secret: 'abcd', keeping: 'keyring' } }],
      ['secret_cancel', {}],
    ]);
    expect(await page.title()).toBe('API secret – Aloft');
    expect(violations).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describe('the widget window', () => {
  const session = { label: 'Studio', frameUrl: `${FRAME}/widget-frame.html`, scriptUrl: `${SCRIPTS}/latest/global/all.js`, options: { cloudName: 'studio', apiKey: '1' }, signed: true };
  const signature = 'bfd09f95f331f558cbd1320e67aa8d488770583e';

  async function script(body: string): Promise<void> {
    await context.route(`${SCRIPTS}/**`, (route) => route.fulfill({ body, contentType: 'text/javascript' }));
  }

  it('bridge and frame speak with each other under both policies', async () => {
    await script(`
      window.cloudinary = { createUploadWidget(options, told) { return { open() {
        document.title = JSON.stringify(options);
        options.uploadSignature((one) => options.uploadSignature((many) => {
          told(null, { event: 'success', info: { public_id: one, tags: many } });
          told(null, { event: 'close' });
        }, [{ timestamp: 2 }, { timestamp: 3 }]), { timestamp: 1, source: 'uw' });
      } }; } };`);
    await program({ widget_session: session, sign_params: { signature }, widget_report: { recorded: true } });
    await page.goto(`${OWN}/widget.html`);
    await expect.poll(async () => (await asked()).length).toBe(6);
    expect(await asked()).toEqual([
      ['widget_session', {}],
      ['sign_params', { request: { paramsToSign: { timestamp: 1, source: 'uw' } } }],
      ['sign_params', { request: { paramsToSign: { timestamp: 2 } } }],
      ['sign_params', { request: { paramsToSign: { timestamp: 3 } } }],
      ['widget_report', { request: { kind: 'success', info: { public_id: signature, tags: [signature, signature] } } }],
      ['widget_report', { request: { kind: 'closed' } }],
    ]);
    const options = JSON.parse((await page.frames()[1]?.title()) ?? '{}') as Record<string, unknown>;
    expect(options).toMatchObject({ cloudName: 'studio', secure: true });
    expect(violations).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('a hostile script in the frame reaches nothing', async () => {
    await script(`
      const tried = { internals: typeof window.__TAURI_INTERNALS__ };
      try { tried.parent = String(parent.document.title); } catch (error) { tried.parent = 'refused'; }
      try { tried.top = String(top.__TAURI_INTERNALS__); } catch (error) { tried.top = 'refused'; }
      try { top.location = 'https://evil.example/'; tried.navigated = 'tried'; } catch (error) { tried.navigated = 'refused'; }
      tried.opened = String(window.open('https://evil.example/'));
      fetch('https://evil.example/').catch(() => {});
      window.cloudinary = { createUploadWidget: () => ({ open() {} }) };
      document.title = JSON.stringify(tried);
      for (const message of [{ type: 'sign', id: 0, paramsToSign: { public_id: { toString: 1 } } }, { type: 'event', event: 'success', info: { a: 'x'.repeat(80000) } }, { type: 'report', kind: 'nativeWay' }, { __proto__: null }])
        parent.postMessage(message, '*');`);
    await program({ widget_session: session, sign_params: { signature } });
    await page.goto(`${OWN}/widget.html`);
    await page.getByTestId('bridge-refusal').waitFor();
    await expect.poll(() => page.frames()[1]?.title()).toContain('internals');
    const tried = JSON.parse((await page.frames()[1]?.title()) ?? '{}') as Record<string, string>;
    expect(tried).toEqual({ internals: 'undefined', parent: 'refused', top: 'refused', navigated: 'refused', opened: 'null' });
    expect(page.url()).toBe(`${OWN}/widget.html`);
    expect(await asked()).toEqual([['widget_session', {}]]);
    await expect.poll(() => violations.join()).toContain('connect-src');
  });

  it('says so when the script does not come', async () => {
    await context.route(`${SCRIPTS}/**`, (route) => route.abort());
    await program({ widget_session: session });
    await page.goto(`${OWN}/widget.html`);
    await page.getByTestId('bridge-unavailable').waitFor();
    await page.getByTestId('native-way').click();
    await expect.poll(async () => (await asked()).at(-1)).toEqual(['widget_report', { request: { kind: 'nativeWay' } }]);
    expect(violations).toEqual([]);
  });
});
