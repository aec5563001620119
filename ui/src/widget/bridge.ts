import { problemOf } from '../backend/backend';
import type { Problem, Signed, WidgetRecorded, WidgetReport, WidgetSession } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import { type Params, plainEntries, readId, readInfo, readParamsList, readWords } from './shape';

/** The three calls this window may make. */
export interface BridgeIpc {
  session(): Promise<WidgetSession>;
  sign(params: Params): Promise<Signed>;
  report(report: WidgetReport): Promise<WidgetRecorded>;
}

/** What the bridge does to its own window; tests put themselves here. */
export interface BridgeWindow {
  listen(listener: (event: MessageEvent) => void): void;
  post(frame: HTMLIFrameElement, message: unknown, origin: string): void;
  after(milliseconds: number, call: () => void): void;
}

export const realWindow: BridgeWindow = {
  listen: (listener) => window.addEventListener('message', listener),
  post: (frame, message, origin) => frame.contentWindow?.postMessage(message, origin),
  after: (milliseconds, call) => void setTimeout(call, milliseconds),
};

/** Without a sign of the widget for this long, the window says so. */
export const READY_WITHIN = 10_000;
/** Signatures asked of the program at one time, and those that may wait behind them. */
const AT_ONCE = 4;
const IN_LINE = 200;

/**
 * Our own page in the widget window, the only one there that can speak to the program. The frame
 * below it runs somebody else's script: each message from it is checked for where it comes from
 * and for its shape, and is never more than a question or a hint.
 */
export class Bridge {
  #frame: HTMLIFrameElement | null = null;
  #session: WidgetSession | null = null;
  #origin = '';
  /** The options went out: they go once. */
  #opened = false;
  /** The widget is there. */
  #here = false;
  #ended = false;
  #signing = 0;
  #line: { id: number; many: boolean; list: Params[] }[] = [];
  #ids = new Set<number>();

  readonly #notices: HTMLElement;
  readonly #loading: HTMLElement;
  readonly #stage: HTMLElement;

  constructor(
    root: HTMLElement,
    private readonly ipc: BridgeIpc,
    private readonly host: BridgeWindow = realWindow,
  ) {
    this.#notices = element('div', 'notices');
    this.#loading = element('p', 'loading', m.widget_loading());
    this.#stage = element('div', 'stage');
    this.#stage.append(this.#loading);
    root.replaceChildren(this.#notices, this.#stage);
  }

  async start(): Promise<void> {
    this.host.listen((event) => this.#hear(event));
    try {
      this.#session = await this.ipc.session();
    } catch (thrown) {
      this.#unavailable(problemOf(thrown));
      return;
    }
    this.#origin = originOf(this.#session.frameUrl);
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms');
    frame.setAttribute('allow', 'camera');
    frame.title = m.widget_frame_title();
    frame.src = this.#session.frameUrl;
    this.#frame = frame;
    this.#stage.append(frame);
    this.host.after(READY_WITHIN, () => {
      if (!this.#here) this.#unavailable(null);
    });
  }

  #hear(event: MessageEvent): void {
    if (this.#frame === null || event.source === null) return;
    if (event.source !== this.#frame.contentWindow || event.origin !== this.#origin) return;
    const entries = plainEntries(event.data, 8);
    if (entries === null || this.#ended) return;
    const message = new Map(entries);
    switch (message.get('type')) {
      case 'ready':
        this.#open();
        break;
      case 'opened':
        this.#arrived();
        break;
      case 'script-failed':
        if (!this.#here) this.#unavailable(null, readWords(message.get('words')));
        break;
      case 'sign':
        this.#ask(message.get('id'), message.get('paramsToSign'));
        break;
      case 'event':
        this.#event(message.get('event'), message.get('info'));
        break;
      case 'error':
        this.#refusal(m.widget_error({ words: readWords(message.get('words')) || '?' }), '');
        break;
      default:
        break;
    }
  }

  #open(): void {
    const session = this.#session;
    if (this.#opened || session === null) return;
    this.#opened = true;
    this.#post({ type: 'open', scriptUrl: session.scriptUrl, options: session.options, signed: session.signed });
  }

  #arrived(): void {
    if (!this.#opened) return;
    this.#here = true;
    this.#loading.remove();
    this.#notices.querySelector('[data-testid="bridge-unavailable"]')?.remove();
  }

  #ask(rawId: unknown, rawParams: unknown): void {
    const id = readId(rawId);
    if (id === null || this.#ids.has(id) || !this.#opened) return;
    const read = this.#session?.signed === true ? readParamsList(rawParams) : null;
    if (read === null) {
      this.#refuse(id, m.widget_refused_shape());
      return;
    }
    if (this.#line.length >= IN_LINE) {
      this.#refuse(id, m.widget_refused_busy());
      return;
    }
    this.#ids.add(id);
    this.#line.push({ id, ...read });
    this.#serve();
  }

  /** A few at a time; one message's signatures are made one after another, in its order. */
  #serve(): void {
    while (this.#signing < AT_ONCE) {
      const next = this.#line.shift();
      if (next === undefined) return;
      this.#signing += 1;
      void this.#sign(next).finally(() => {
        this.#signing -= 1;
        this.#ids.delete(next.id);
        this.#serve();
      });
    }
  }

  async #sign({ id, many, list }: { id: number; many: boolean; list: Params[] }): Promise<void> {
    const signatures: string[] = [];
    for (const params of list) {
      try {
        signatures.push((await this.ipc.sign(params)).signature);
      } catch (thrown) {
        const problem = problemOf(thrown);
        this.#refusal(`${m.widget_refused()}. ${problem.message}`, problem.hint);
        signatures.push('');
      }
    }
    if (!this.#ended) this.#post({ type: 'signature', id, signature: many ? signatures : (signatures[0] ?? '') });
  }

  #refuse(id: number, why: string): void {
    this.#refusal(`${m.widget_refused()}. ${why}`, '');
    this.#post({ type: 'signature', id, signature: '' });
  }

  #event(name: unknown, rawInfo: unknown): void {
    if (name === 'success') {
      const info = readInfo(rawInfo);
      if (info === null) this.#refusal(m.widget_report_dropped(), '');
      else void this.#report({ kind: 'success', info });
    } else if (name === 'close') {
      this.#ended = true;
      void this.#report({ kind: 'closed' });
    }
  }

  async #report(report: WidgetReport): Promise<void> {
    try {
      await this.ipc.report(report);
    } catch (thrown) {
      const problem = problemOf(thrown);
      this.#refusal(problem.message, problem.hint);
    }
  }

  #post(message: unknown): void {
    if (this.#frame !== null) this.host.post(this.#frame, message, this.#origin);
  }

  #unavailable(problem: Problem | null, words = ''): void {
    if (this.#notices.querySelector('[data-testid="bridge-unavailable"]') !== null) return;
    this.#loading.remove();
    const box = element('section', 'notice');
    box.dataset['testid'] = 'bridge-unavailable';
    box.setAttribute('role', 'alert');
    const text = element('p');
    text.append(
      element('strong', '', m.widget_unavailable_title()),
      problem === null ? `${m.widget_unavailable_about()} ${words}`.trim() : `${problem.message} ${problem.hint}`.trim(),
    );
    const native = element('button', 'button primary', m.widget_native_way());
    native.type = 'button';
    native.dataset['testid'] = 'native-way';
    native.addEventListener('click', () => void this.#report({ kind: 'nativeWay' }));
    box.append(text, native);
    this.#notices.prepend(box);
  }

  /** One refusal is shown, the newest. */
  #refusal(message: string, hint: string): void {
    this.#notices.querySelector('[data-testid="bridge-refusal"]')?.remove();
    const box = element('section', 'notice refusal');
    box.dataset['testid'] = 'bridge-refusal';
    box.setAttribute('role', 'alert');
    const text = element('p');
    text.append(element('strong', '', message), hint);
    const dismiss = element('button', 'button', m.widget_dismiss());
    dismiss.type = 'button';
    dismiss.addEventListener('click', () => box.remove());
    box.append(text, dismiss);
    this.#notices.append(box);
  }
}

/**
 * Scheme and host as a message event's origin has them: `URL.origin` is "null" for a scheme that
 * the browser does not know, while the engine's own origin names it.
 */
export function originOf(address: string): string {
  const url = new URL(address);
  return `${url.protocol}//${url.host}`;
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.textContent = text;
  return made;
}
