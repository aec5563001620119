import type { Problem, SecretCommands } from '../backend/contract';
import { leftToRight } from '../lib/language';
import * as m from '../paraglide/messages.js';

/** The calls this window may make. */
export interface SecretIpc {
  submit(request: SecretCommands['secret_submit']['request']): Promise<unknown>;
  passphrase(request: SecretCommands['secret_passphrase']['request']): Promise<unknown>;
  newPassphrase(request: SecretCommands['secret_new_passphrase']['request']): Promise<unknown>;
  strength(request: SecretCommands['secret_strength']['request']): Promise<SecretCommands['secret_strength']['answer']>;
  reveal(): Promise<SecretCommands['secret_reveal']['answer']>;
  cancel(): Promise<unknown>;
}

export function asProblem(thrown: unknown): Pick<Problem, 'kind' | 'message' | 'hint'> {
  if (typeof thrown === 'object' && thrown !== null && typeof (thrown as Problem).message === 'string') {
    const { kind, message, hint } = thrown as Problem;
    return { kind: kind ?? 'internal', message: leftToRight(message), hint: hint ? leftToRight(hint) : '' };
  }
  return { kind: 'internal', message: String(thrown), hint: '' };
}

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, text = '', className = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

export function button(words: string, className: string, testid = ''): HTMLButtonElement {
  const made = element('button', words, className);
  made.type = 'button';
  if (testid !== '') made.dataset.testid = testid;
  return made;
}

/** A field whose text is never shown, with its name. */
export function hiddenField(words: string, id: string, describedBy: string): { name: HTMLLabelElement; field: HTMLInputElement } {
  const name = element('label', words);
  const field = element('input', '', 'field');
  field.type = 'password';
  field.id = id;
  field.autocomplete = 'off';
  field.spellcheck = false;
  field.setAttribute('autocapitalize', 'off');
  field.dataset.testid = id;
  field.setAttribute('aria-describedby', describedBy);
  name.htmlFor = id;
  return { name, field };
}

/** Whose secret it is. */
export function facts(query: URLSearchParams): HTMLElement {
  const list = element('dl');
  for (const [term, value] of [
    [m.secret_cloud(), query.get('cloud') ?? ''],
    [m.secret_key(), query.get('key') ?? ''],
  ] as const) {
    if (value === '') continue;
    list.append(element('dt', term), element('dd', value));
  }
  return list;
}

/** A place for what went wrong, read out when it comes. */
export class Trouble {
  readonly place = element('div', '', 'trouble');

  constructor() {
    this.place.setAttribute('role', 'alert');
    this.place.dataset.testid = 'secret-problem';
  }

  say(message: string, hint = ''): void {
    const box = element('div', '', 'problem');
    box.append(element('strong', message), hint);
    this.place.replaceChildren(box);
  }

  clear(): void {
    this.place.replaceChildren();
  }
}

/** Escape leaves, and nothing that is dropped here is opened. */
export function leaving(leave: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave();
  });
  for (const kind of ['dragover', 'drop'] as const) {
    document.addEventListener(kind, (event) => event.preventDefault());
  }
}
