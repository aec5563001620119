/**
 * The foreign frame's page. It runs beside Cloudinary's script, so it holds nothing worth taking:
 * no way to the program, no secret, only what the bridge above hands it once.
 */

/** The bridge's origin: the first on Linux and macOS, the second on Windows. */
export const BRIDGE_ORIGINS: readonly string[] = ['tauri://localhost', 'http://tauri.localhost'];

const FORWARDED: readonly string[] = ['success', 'close', 'queues-end', 'display-changed', 'abort'];
/** An answer that does not come counts as a refusal: the upload must not hang for ever. */
const SIGN_WITHIN = 60_000;

interface OpenMessage {
  type: 'open';
  scriptUrl: string;
  options: Record<string, unknown>;
  signed: boolean;
}

type Callback = (error: unknown, result: unknown) => void;

interface Widget {
  open(): void;
}

interface WithCloudinary {
  cloudinary?: { createUploadWidget?: (options: Record<string, unknown>, callback: Callback) => Widget };
}

/** The frame's own window, as much as is used of it; tests bring their own. */
export interface FrameWindow extends WithCloudinary {
  readonly parent: { postMessage(message: unknown, origin: string): void };
  addEventListener(kind: 'message', listener: (event: MessageEvent) => void): void;
  setTimeout(call: () => void, milliseconds: number): unknown;
  readonly document: Document;
  readonly location: { readonly ancestorOrigins?: ArrayLike<string> };
}

export function startFrame(frame: FrameWindow): void {
  let bridge: string | null = null;
  let count = 0;
  const waiting = new Map<number, (signature: unknown) => void>();

  const post = (message: unknown) => {
    if (bridge !== null) frame.parent.postMessage(message, bridge);
  };

  frame.addEventListener('message', (event) => {
    if (event.source !== (frame.parent as unknown) || !BRIDGE_ORIGINS.includes(event.origin)) return;
    const message = event.data as { type?: unknown; id?: unknown; signature?: unknown } | null;
    if (typeof message !== 'object' || message === null) return;
    if (message.type === 'open' && bridge === null) {
      bridge = event.origin;
      open(event.data as OpenMessage);
    } else if (message.type === 'signature' && event.origin === bridge && typeof message.id === 'number') {
      waiting.get(message.id)?.(message.signature);
    }
  });

  function open({ scriptUrl, options, signed }: OpenMessage): void {
    const script = frame.document.createElement('script');
    script.src = scriptUrl;
    script.addEventListener('error', () => post({ type: 'script-failed', words: '' }));
    script.addEventListener('load', () => {
      try {
        show(options, signed);
        post({ type: 'opened' });
      } catch (thrown) {
        post({ type: 'script-failed', words: words(thrown) });
      }
    });
    frame.document.head.append(script);
  }

  function show(options: Record<string, unknown>, signed: boolean): void {
    const create = frame.cloudinary?.createUploadWidget;
    if (create === undefined) throw new Error('createUploadWidget is not there');
    // The loader's own default for `secure` is wrong under a scheme that is not https.
    const whole: Record<string, unknown> = { ...options, secure: true };
    if (signed) whole['uploadSignature'] = (answer: (signature: unknown) => void, asked: unknown) => void sign(asked).then(answer);
    create.call(frame.cloudinary, whole, told).open();
  }

  const told: Callback = (error, result) => {
    if (error) post({ type: 'error', words: words(error) });
    const read = result as { event?: unknown; info?: unknown; data?: { event?: unknown; info?: unknown } } | null | undefined;
    const event = read?.event ?? read?.data?.event;
    if (typeof event !== 'string' || !FORWARDED.includes(event)) return;
    post({ type: 'event', event, info: asJson(read?.info ?? read?.data?.info) });
  };

  /** One object is answered with one signature, an array with as many, asked one at a time. */
  async function sign(asked: unknown): Promise<string | string[]> {
    if (!Array.isArray(asked)) return signOne(asked);
    const signatures: string[] = [];
    for (const one of asked as unknown[]) signatures.push(await signOne(one));
    return signatures;
  }

  function signOne(paramsToSign: unknown): Promise<string> {
    count += 1;
    const id = count;
    return new Promise((resolve) => {
      const settle = (signature: unknown) => {
        if (!waiting.delete(id)) return;
        resolve(typeof signature === 'string' && /^[0-9a-f]{40,64}$/.test(signature) ? signature : '');
      };
      waiting.set(id, settle);
      frame.setTimeout(() => settle(''), SIGN_WITHIN);
      post({ type: 'sign', id, paramsToSign: asJson(paramsToSign) });
    });
  }

  const style = frame.document.documentElement.style;
  style.background = 'transparent';
  style.colorScheme = 'light';

  // Says nothing but that it listens, so whoever embeds it may hear; the answer is checked.
  const above = frame.location.ancestorOrigins?.[0];
  for (const origin of above !== undefined && BRIDGE_ORIGINS.includes(above) ? [above] : BRIDGE_ORIGINS) {
    frame.parent.postMessage({ type: 'ready' }, origin);
  }
}

/** Plain JSON: functions, accessors and File objects do not cross. */
function asJson(value: unknown): unknown {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

function words(error: unknown): string {
  if (typeof error === 'string') return error.slice(0, 300);
  if (typeof error === 'object' && error !== null) {
    const { message, statusText, status } = error as Record<string, unknown>;
    for (const part of [message, statusText, status]) if (typeof part === 'string') return part.slice(0, 300);
  }
  return '';
}
