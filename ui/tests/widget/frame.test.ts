import { beforeEach, describe, expect, it, vi } from 'vitest';

import source from '../../src/widget/frame.ts?raw';
import { type FrameWindow, startFrame } from '../../src/widget/frame';
import { settled } from '../window';

const BRIDGE = 'tauri://localhost';
const SIGNATURE = 'bfd09f95f331f558cbd1320e67aa8d488770583e';

/** A window with Cloudinary's script in it, or without. */
class Stand implements FrameWindow {
  posts: { message: Record<string, unknown>; origin: string }[] = [];
  document = document.implementation.createHTMLDocument('frame');
  location: { ancestorOrigins?: ArrayLike<string> } = {};
  options: Record<string, unknown> = {};
  callback: (error: unknown, result: unknown) => void = () => {};
  opens = 0;
  cloudinary: NonNullable<FrameWindow['cloudinary']> | undefined = {
    createUploadWidget: (options, callback) => {
      this.options = options;
      this.callback = callback;
      return { open: () => void (this.opens += 1) };
    },
  };
  parent = { postMessage: (message: unknown, origin: string) => void this.posts.push({ message: message as Record<string, unknown>, origin }) };
  #listener: (event: MessageEvent) => void = () => {};

  addEventListener = (_kind: 'message', listener: (event: MessageEvent) => void) => void (this.#listener = listener);
  setTimeout = (call: () => void, milliseconds: number) => setTimeout(call, milliseconds);

  say(data: unknown, { origin = BRIDGE, source = this.parent as unknown } = {}): void {
    this.#listener({ data, origin, source } as MessageEvent);
  }

  open(change: Record<string, unknown> = {}): void {
    this.say({ type: 'open', scriptUrl: 'https://upload-widget.cloudinary.com/latest/global/all.js', options: { cloudName: 'demo', secure: false }, signed: true, ...change });
  }

  scripts = () => [...this.document.querySelectorAll('script')];
  load = () => void this.scripts()[0]?.dispatchEvent(new Event('load'));
  said = (type: string) => this.posts.filter(({ message }) => message['type'] === type);
  sign = (asked: unknown, answer: (signature: unknown) => void) => (this.options['uploadSignature'] as (cb: typeof answer, asked: unknown) => void)(answer, asked);
}

let frame: Stand;

beforeEach(() => {
  frame = new Stand();
  startFrame(frame);
});

describe('before it is opened', () => {
  it('says that it listens, to our own page’s origins only', () => {
    expect(frame.posts).toEqual([
      { message: { type: 'ready' }, origin: 'tauri://localhost' },
      { message: { type: 'ready' }, origin: 'http://tauri.localhost' },
    ]);
  });

  it('to one of them, where the browser tells which', () => {
    const other = new Stand();
    other.location = { ancestorOrigins: ['http://tauri.localhost'] };
    startFrame(other);
    expect(other.posts.map(({ origin }) => origin)).toEqual(['http://tauri.localhost']);
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another window', { source: {} }],
  ])('does not listen to %s', (_what, from) => {
    frame.say({ type: 'open', scriptUrl: 'https://evil.example/x.js', options: {}, signed: true }, from);
    expect(frame.scripts()).toEqual([]);
  });

  it('listens once', () => {
    frame.open();
    frame.open({ scriptUrl: 'https://evil.example/x.js' });
    expect(frame.scripts().map(({ src }) => src)).toEqual(['https://upload-widget.cloudinary.com/latest/global/all.js']);
  });

  it.each([null, 'open', 7, [], { type: 'close' }])('does not stumble over %j', (data) => {
    frame.say(data);
    expect(frame.scripts()).toEqual([]);
  });
});

describe('opening', () => {
  it('is always secure, asks for signatures, and says that it is there', () => {
    frame.open();
    frame.load();
    expect(frame.options).toMatchObject({ cloudName: 'demo', secure: true });
    expect(typeof frame.options['uploadSignature']).toBe('function');
    expect(frame.opens).toBe(1);
    expect(frame.said('opened')).toEqual([{ message: { type: 'opened' }, origin: BRIDGE }]);
  });

  it('of an unsigned account asks for none', () => {
    frame.open({ signed: false });
    frame.load();
    expect('uploadSignature' in frame.options).toBe(false);
  });

  it('says when the script did not come', () => {
    frame.open();
    frame.scripts()[0]?.dispatchEvent(new Event('error'));
    expect(frame.said('script-failed')).toHaveLength(1);
  });

  it('says when the script is another one, or throws', () => {
    frame.cloudinary = undefined;
    frame.open();
    frame.load();
    const other = new Stand();
    startFrame(other);
    other.cloudinary = {
      createUploadWidget: () => {
        throw new TypeError('cloudName is required');
      },
    };
    other.open();
    other.load();
    expect(frame.said('script-failed')).toHaveLength(1);
    expect(other.said('script-failed')[0]?.message['words']).toBe('cloudName is required');
  });
});

describe('signing', () => {
  beforeEach(() => {
    frame.open();
    frame.load();
  });

  it('one object is one question and one answer', async () => {
    const answers: unknown[] = [];
    frame.sign({ timestamp: 1, f: () => 1 }, (signature) => answers.push(signature));
    expect(frame.said('sign')).toEqual([{ message: { type: 'sign', id: 1, paramsToSign: { timestamp: 1 } }, origin: BRIDGE }]);
    frame.say({ type: 'signature', id: 1, signature: SIGNATURE });
    await settled();
    expect(answers).toEqual([SIGNATURE]);
  });

  it('an array is asked one at a time and answered whole, in its order', async () => {
    const answers: unknown[] = [];
    frame.sign([{ timestamp: 1 }, { timestamp: 2 }], (signature) => answers.push(signature));
    expect(frame.said('sign')).toHaveLength(1);
    frame.say({ type: 'signature', id: 1, signature: SIGNATURE });
    await settled();
    expect(frame.said('sign')).toHaveLength(2);
    frame.say({ type: 'signature', id: 2, signature: '' });
    await settled();
    expect(answers).toEqual([[SIGNATURE, '']]);
  });

  it('a refusal, or an answer that is no signature, is an empty string', async () => {
    const answers: unknown[] = [];
    for (const [at, signature] of ['', null, { toString: () => SIGNATURE }, 'not hex'].entries()) {
      frame.sign({ timestamp: 1 }, (given) => answers.push(given));
      frame.say({ type: 'signature', id: at + 1, signature });
      await settled();
    }
    expect(answers).toEqual(['', '', '', '']);
  });

  it('answers from elsewhere, for other numbers, or twice are not heard', async () => {
    const answers: unknown[] = [];
    frame.sign({ timestamp: 1 }, (signature) => answers.push(signature));
    frame.say({ type: 'signature', id: 1, signature: SIGNATURE }, { origin: 'http://tauri.localhost' });
    frame.say({ type: 'signature', id: 9, signature: SIGNATURE });
    await settled();
    expect(answers).toEqual([]);
    frame.say({ type: 'signature', id: 1, signature: SIGNATURE });
    frame.say({ type: 'signature', id: 1, signature: SIGNATURE.replace('b', 'c') });
    await settled();
    expect(answers).toEqual([SIGNATURE]);
  });

  it('an answer that never comes is a refusal after a minute, and one that comes later is nothing', async () => {
    vi.useFakeTimers();
    const answers: unknown[] = [];
    frame.sign({ timestamp: 1 }, (signature) => answers.push(signature));
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    frame.say({ type: 'signature', id: 1, signature: SIGNATURE });
    await settled();
    expect(answers).toEqual(['']);
  });
});

describe('events', () => {
  beforeEach(() => {
    frame.open();
    frame.load();
  });

  it('only five go up, whichever way they are written', () => {
    frame.callback(null, { event: 'success', info: { public_id: 'a', element: document.body, f: () => 1 } });
    frame.callback(null, { uw_event: true, data: { event: 'close', info: { message: 'bye' } } });
    for (const event of ['queues-end', 'display-changed', 'abort', 'upload-added', 'tags', 'source-changed', 7]) frame.callback(null, { event });
    frame.callback(null, null);
    expect(frame.said('event').map(({ message }) => message['event'])).toEqual(['success', 'close', 'queues-end', 'display-changed', 'abort']);
    expect(frame.said('event')[0]?.message['info']).toEqual({ public_id: 'a', element: {} });
    expect(frame.posts.slice(2).every(({ origin }) => origin === BRIDGE)).toBe(true);
  });

  it('what cannot be written as JSON is nothing', () => {
    const cycle: Record<string, unknown> = {};
    cycle['cycle'] = cycle;
    frame.callback(null, { event: 'success', info: cycle });
    expect(frame.said('event')[0]?.message['info']).toBeNull();
  });

  it('errors go up as words', () => {
    frame.callback('Upload failed', null);
    frame.callback({ status: 'error', statusText: 'Invalid Signature' }, null);
    frame.callback({}, null);
    expect(frame.said('error').map(({ message }) => message['words'])).toEqual(['Upload failed', 'Invalid Signature', '']);
  });
});

it('the frame’s page has no way to the program', () => {
  expect(source).not.toMatch(/tauri-apps|__TAURI|invoke|import /);
});
