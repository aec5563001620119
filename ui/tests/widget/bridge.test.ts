import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import '../../src/widget/bridge.css';
import type { Signed, WidgetRecorded, WidgetReport, WidgetSession } from '../../src/backend/contract';
import { Bridge, type BridgeIpc, type BridgeWindow, originOf, READY_WITHIN } from '../../src/widget/bridge';
import type { Params } from '../../src/widget/shape';
import { accessible, all, one, settled } from '../window';

const session: WidgetSession = {
  label: 'Harbour studio',
  frameUrl: 'http://upload-frame.localhost/widget-frame.html',
  scriptUrl: 'https://upload-widget.cloudinary.com/latest/global/all.js',
  options: { cloudName: 'harbour-studio', apiKey: '1', secure: true },
  signed: true,
};
const ORIGIN = 'http://upload-frame.localhost';
const refusal = { kind: 'not_signed', message: '“public_id” is not signed here.', hint: 'Leave it out.', retry: 'never' };

/** The program, and a window whose frame never loads: every message is put in by hand. */
class Stage implements BridgeIpc, BridgeWindow {
  signed: Params[] = [];
  reports: WidgetReport[] = [];
  posts: { message: Record<string, unknown>; origin: string }[] = [];
  refuse = false;
  hold: (() => void)[] | null = null;
  most = 0;
  atOnce = 0;
  given: WidgetSession | (() => never) = session;
  #listener: (event: MessageEvent) => void = () => {};

  session = async () => (typeof this.given === 'function' ? this.given() : this.given);

  sign = async (params: Params): Promise<Signed> => {
    this.signed.push(params);
    this.atOnce += 1;
    this.most = Math.max(this.most, this.atOnce);
    if (this.hold !== null) await new Promise<void>((resolve) => this.hold?.push(resolve));
    this.atOnce -= 1;
    if (this.refuse) throw refusal;
    return { signature: `signature-of-${String(params['timestamp'])}` };
  };

  report = async (report: WidgetReport): Promise<WidgetRecorded> => {
    this.reports.push(report);
    return { recorded: true };
  };

  listen = (listener: (event: MessageEvent) => void) => void (this.#listener = listener);
  post = (_frame: HTMLIFrameElement, message: unknown, origin: string) => void this.posts.push({ message: message as Record<string, unknown>, origin });
  after = (milliseconds: number, call: () => void) => void setTimeout(call, milliseconds);

  frame = () => document.querySelector('iframe') as HTMLIFrameElement;

  async say(data: unknown, { origin = ORIGIN, source = this.frame().contentWindow as MessageEventSource | null } = {}): Promise<void> {
    this.#listener({ data, origin, source } as MessageEvent);
    await settled();
    await settled();
  }

  signatures = () => this.posts.filter(({ message }) => message['type'] === 'signature').map(({ message }) => [message['id'], message['signature']]);
}

let root: HTMLElement;

async function open(change: (stage: Stage) => void = () => {}): Promise<Stage> {
  const stage = new Stage();
  change(stage);
  await new Bridge(root, stage, stage).start();
  return stage;
}

async function opened(change?: (stage: Stage) => void): Promise<Stage> {
  const stage = await open(change);
  await stage.say({ type: 'ready' });
  await stage.say({ type: 'opened' });
  return stage;
}

beforeEach(() => {
  root = document.createElement('main');
  root.id = 'bridge';
  document.body.append(root);
});

afterEach(() => {
  vi.useRealTimers();
  root.remove();
});

describe('the frame', () => {
  it('is closed in: no navigation of the top, no popups', async () => {
    const stage = await open();
    expect(stage.frame().getAttribute('sandbox')).toBe('allow-scripts allow-same-origin allow-forms');
    expect(stage.frame().getAttribute('allow')).toBe('camera');
    expect(stage.frame().title).toBe('Cloudinary Upload Widget');
    expect(stage.frame().src).toBe(session.frameUrl);
  });

  it('gets its options once, at its own origin only', async () => {
    const stage = await open();
    await stage.say({ type: 'ready' });
    await stage.say({ type: 'ready' });
    expect(stage.posts).toEqual([
      { origin: ORIGIN, message: { type: 'open', scriptUrl: session.scriptUrl, options: session.options, signed: true } },
    ]);
  });

  it.each([
    ['upload-frame://localhost/widget-frame.html', 'upload-frame://localhost'],
    ['http://upload-frame.localhost/widget-frame.html', 'http://upload-frame.localhost'],
    ['http://127.0.0.1:4320/widget-frame.html?x', 'http://127.0.0.1:4320'],
  ])('of %s has the origin %s', (address, origin) => expect(originOf(address)).toBe(origin));

  it('of a custom scheme is heard under that scheme’s origin', async () => {
    const stage = await open((stage) => (stage.given = { ...session, frameUrl: 'upload-frame://localhost/widget-frame.html' }));
    await stage.say({ type: 'ready' }, { origin: 'null' });
    await stage.say({ type: 'ready' }, { origin: 'http://upload-frame.localhost' });
    expect(stage.posts).toEqual([]);
    await stage.say({ type: 'ready' }, { origin: 'upload-frame://localhost' });
    expect(stage.posts.map(({ origin }) => origin)).toEqual(['upload-frame://localhost']);
  });
});

describe('messages from elsewhere are not heard', () => {
  const ask = { type: 'sign', id: 1, paramsToSign: { timestamp: 1 } };

  it.each([
    ['another origin', { origin: 'https://upload-widget.cloudinary.com' }],
    ['an origin that begins the same', { origin: 'http://upload-frame.localhost.evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['our own origin', { origin: 'tauri://localhost' }],
  ])('%s', async (_what, from) => {
    const stage = await opened();
    await stage.say(ask, from);
    expect(stage.signed).toEqual([]);
    expect(stage.signatures()).toEqual([]);
  });

  it('another window, even with the right origin', async () => {
    const stage = await opened();
    const other = document.createElement('iframe');
    root.append(other);
    await stage.say(ask, { source: other.contentWindow });
    await stage.say(ask, { source: window });
    await stage.say(ask, { source: null });
    expect(stage.signed).toEqual([]);
  });

  it('a frame that was not given its options yet', async () => {
    const stage = await open();
    await stage.say(ask);
    await stage.say({ type: 'opened' });
    expect(stage.signed).toEqual([]);
    expect(stage.posts).toEqual([]);
  });
});

describe('signing', () => {
  it('asks the program and answers at that origin', async () => {
    const stage = await opened();
    await stage.say({ type: 'sign', id: 1, paramsToSign: { timestamp: 17, source: 'uw', tags: ['a'] } });
    expect(JSON.parse(JSON.stringify(stage.signed))).toEqual([{ timestamp: 17, source: 'uw', tags: ['a'] }]);
    expect(stage.signatures()).toEqual([[1, 'signature-of-17']]);
    expect(stage.posts.every(({ origin }) => origin === ORIGIN)).toBe(true);
  });

  it('answers a list with a list of the same length and order', async () => {
    const stage = await opened();
    await stage.say({ type: 'sign', id: 2, paramsToSign: [{ timestamp: 1 }, { timestamp: 2 }, { timestamp: 3 }] });
    expect(stage.signatures()).toEqual([[2, ['signature-of-1', 'signature-of-2', 'signature-of-3']]]);
    expect(stage.most).toBe(1);
  });

  it('a refusal is an empty signature, and its reason stands above the frame', async () => {
    const stage = await opened((stage) => (stage.refuse = true));
    await stage.say({ type: 'sign', id: 3, paramsToSign: { timestamp: 1, public_id: 'x' } });
    expect(stage.signatures()).toEqual([[3, '']]);
    expect(one('bridge-refusal').getAttribute('role')).toBe('alert');
    expect(one('bridge-refusal').textContent).toContain('“public_id” is not signed here.');
    expect(one('bridge-refusal').textContent).toContain('Leave it out.');
    stage.frame().remove();
    await accessible();
    one('bridge-refusal').querySelector('button')?.click();
    expect(all('bridge-refusal')).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a string', 'timestamp=1'],
    ['a nested object', { context: { a: 1 } }],
    ['a huge list', new Array(100_000).fill({ timestamp: 1 })],
    ['a huge list inside', { tags: new Array(1_000_000).fill('a') }],
    ['31 keys', Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`k${index}`, 1]))],
    ['a string of 2001', { folder: 'x'.repeat(2001) }],
    ['a getter', Object.defineProperty({}, 'timestamp', { enumerable: true, get: () => { throw new Error('ran'); } })],
  ])('%s is refused without asking the program', async (_what, paramsToSign) => {
    const stage = await opened();
    await stage.say({ type: 'sign', id: 4, paramsToSign });
    expect(stage.signed).toEqual([]);
    expect(stage.signatures()).toEqual([[4, '']]);
    expect(all('bridge-refusal')).toHaveLength(1);
  });

  it.each([-1, 1.5, '1', null, undefined, {}, Number.MAX_VALUE])('a message with the number %s has no answer', async (id) => {
    const stage = await opened();
    await stage.say({ type: 'sign', id, paramsToSign: { timestamp: 1 } });
    expect(stage.signed).toEqual([]);
    expect(stage.signatures()).toEqual([]);
  });

  it('a hostile message object is not read', async () => {
    const stage = await opened();
    let ran = false;
    await stage.say(Object.defineProperty({}, 'type', { enumerable: true, get: () => (ran = true) }));
    await stage.say(new Proxy({}, { getPrototypeOf: () => Array.prototype }));
    await stage.say([]);
    await stage.say('sign');
    expect(ran).toBe(false);
    expect(stage.signed).toEqual([]);
  });

  it('an unsigned account signs nothing', async () => {
    const stage = await opened((stage) => (stage.given = { ...session, signed: false }));
    await stage.say({ type: 'sign', id: 5, paramsToSign: { timestamp: 1 } });
    expect(stage.signed).toEqual([]);
    expect(stage.signatures()).toEqual([[5, '']]);
  });

  it('a few at a time, the rest in line, and far too many are refused', async () => {
    const stage = await opened((stage) => (stage.hold = []));
    for (let id = 0; id < 210; id += 1) await stage.say({ type: 'sign', id, paramsToSign: { timestamp: id } });
    expect(stage.signed).toHaveLength(4);
    expect(stage.signatures()).toEqual([204, 205, 206, 207, 208, 209].map((id) => [id, '']));
    const held = stage.hold;
    stage.hold = null;
    for (const release of held ?? []) release();
    await expect.poll(() => stage.signatures().length).toBe(210);
    expect(stage.most).toBe(4);
  });

  it('the same number twice is asked once', async () => {
    const stage = await opened((stage) => (stage.hold = []));
    await stage.say({ type: 'sign', id: 1, paramsToSign: { timestamp: 1 } });
    await stage.say({ type: 'sign', id: 1, paramsToSign: { timestamp: 2 } });
    expect(stage.signed).toHaveLength(1);
  });
});

describe('reports', () => {
  it('a success goes to the program as a hint', async () => {
    const stage = await opened();
    await stage.say({ type: 'event', event: 'success', info: { public_id: 'a', version: 1, signature: 'f' } });
    expect(JSON.parse(JSON.stringify(stage.reports))).toEqual([{ kind: 'success', info: { public_id: 'a', version: 1, signature: 'f' } }]);
  });

  it('one of more than 64 KB does not, and that is said', async () => {
    const stage = await opened();
    await stage.say({ type: 'event', event: 'success', info: { a: 'x'.repeat(70_000) } });
    expect(stage.reports).toEqual([]);
    expect(one('bridge-refusal').textContent).toContain('could not be read');
  });

  it('what the program would not record is said', async () => {
    const stage = await opened((stage) => {
      stage.report = async () => {
        throw { kind: 'refused', message: 'The report’s signature does not verify.', hint: '', retry: 'never' };
      };
    });
    await stage.say({ type: 'event', event: 'success', info: {} });
    expect(one('bridge-refusal').textContent).toContain('does not verify');
  });

  it('closing is reported once, and nothing is heard afterwards', async () => {
    const stage = await opened();
    await stage.say({ type: 'event', event: 'close', info: null });
    await stage.say({ type: 'event', event: 'close', info: null });
    await stage.say({ type: 'sign', id: 1, paramsToSign: { timestamp: 1 } });
    expect(stage.reports).toEqual([{ kind: 'closed' }]);
    expect(stage.signed).toEqual([]);
  });

  it('other events go nowhere; an error is said', async () => {
    const stage = await opened();
    await stage.say({ type: 'event', event: 'queues-end', info: {} });
    await stage.say({ type: 'event', event: 'abort', info: {} });
    await stage.say({ type: 'nonsense' });
    expect(stage.reports).toEqual([]);
    await stage.say({ type: 'error', words: 'Invalid Signature\u202e' });
    expect(one('bridge-refusal').textContent).toContain('The widget reports: Invalid Signature');
  });
});

describe('a widget that does not come', () => {
  it('is said after ten seconds, with the native way', async () => {
    vi.useFakeTimers();
    const stage = await open();
    await stage.say({ type: 'ready' });
    vi.advanceTimersByTime(READY_WITHIN - 1);
    expect(all('bridge-unavailable')).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(one('bridge-unavailable').getAttribute('role')).toBe('alert');
    one('native-way').click();
    vi.useRealTimers();
    await settled();
    expect(stage.reports).toEqual([{ kind: 'nativeWay' }]);
    stage.frame().remove();
    await accessible();
  });

  it('is said at once when the script failed', async () => {
    const stage = await open();
    await stage.say({ type: 'ready' });
    await stage.say({ type: 'script-failed', words: 'createUploadWidget is not there' });
    await stage.say({ type: 'script-failed', words: '' });
    expect(one('bridge-unavailable').textContent).toContain('createUploadWidget is not there');
  });

  it('and comes late after all, takes the words away', async () => {
    vi.useFakeTimers();
    const stage = await open();
    vi.advanceTimersByTime(READY_WITHIN);
    expect(all('bridge-unavailable')).toHaveLength(1);
    vi.useRealTimers();
    await stage.say({ type: 'ready' });
    await stage.say({ type: 'opened' });
    expect(all('bridge-unavailable')).toEqual([]);
  });

  it('is not said when it is there', async () => {
    vi.useFakeTimers();
    const stage = await open();
    void stage.say({ type: 'ready' });
    void stage.say({ type: 'opened' });
    vi.advanceTimersByTime(READY_WITHIN * 2);
    expect(all('bridge-unavailable')).toEqual([]);
  });

  it('for want of a session says what the program said', async () => {
    await open((stage) => {
      stage.given = () => {
        throw { kind: 'unreachable', message: 'There is no network.', hint: 'Add files instead.', retry: 'yes' };
      };
    });
    expect(one('bridge-unavailable').textContent).toContain('There is no network. Add files instead.');
    expect(document.querySelector('iframe')).toBeNull();
  });
});
