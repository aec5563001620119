import type { KeepingView, Problem, ProblemKind, SecretCommands } from '../backend/contract';
import { leftToRight } from '../lib/language';
import * as m from '../paraglide/messages.js';

/** The two calls this window may make. */
export interface SecretIpc {
  submit(request: SecretCommands['secret_submit']['request']): Promise<unknown>;
  cancel(): Promise<unknown>;
}

/** After these the keyring is no way, and the session is offered; never silently. */
const OFFERS_SESSION: readonly ProblemKind[] = ['no_store', 'secret_missing', 'secret_locked', 'secret_denied', 'secret_timed_out'];

/**
 * Draws the small page. It holds the secret only in the field, and only until it is sent: no copy
 * in a variable that outlives the call, no storage, no log.
 */
export function secretPage(root: HTMLElement, query: URLSearchParams, ipc: SecretIpc): void {
  const cloud = query.get('cloud') ?? '';
  const label = query.get('label') || cloud;

  const title = element('h1', m.secret_title({ label }));
  const facts = element('dl');
  for (const [term, value] of [
    [m.secret_cloud(), cloud],
    [m.secret_key(), query.get('key') ?? ''],
  ] as const) {
    if (value === '') continue;
    facts.append(element('dt', term), element('dd', value));
  }

  const form = element('form');
  const name = element('label', m.secret_field());
  const field = element('input');
  field.type = 'password';
  field.id = 'secret-field';
  field.className = 'field';
  field.autocomplete = 'off';
  field.spellcheck = false;
  field.setAttribute('autocapitalize', 'off');
  field.dataset.testid = 'secret-field';
  field.required = true;
  field.setAttribute('aria-describedby', 'secret-about');
  name.htmlFor = field.id;
  const about = element('p', m.secret_about());
  about.id = 'secret-about';
  about.className = 'about';

  const trouble = element('div');
  trouble.className = 'trouble';
  trouble.setAttribute('role', 'alert');
  trouble.dataset.testid = 'secret-problem';

  const acts = element('div');
  acts.className = 'acts';
  const cancel = button(m.secret_cancel(), 'button');
  const session = button(m.secret_session(), 'button');
  session.dataset.testid = 'secret-session';
  session.hidden = true;
  const keep = button(m.secret_keep(), 'button primary');
  keep.type = 'submit';
  keep.dataset.testid = 'secret-keep';
  acts.append(cancel, session, keep);

  form.append(name, field, about, trouble, acts);
  root.replaceChildren(title, facts, form);
  field.focus();

  let sending = false;

  async function send(keeping: KeepingView): Promise<void> {
    if (sending) return;
    const secret = field.value.trim();
    field.value = '';
    if (secret === '') {
      show(m.secret_empty(), '');
      field.focus();
      return;
    }
    setSending(true);
    try {
      await ipc.submit({ secret, keeping });
    } catch (thrown) {
      const problem = asProblem(thrown);
      session.hidden &&= !OFFERS_SESSION.includes(problem.kind);
      show(problem.message, [problem.hint, session.hidden ? '' : m.secret_session_about(), m.secret_again()].filter(Boolean).join(' '));
    } finally {
      setSending(false);
      field.focus();
    }
  }

  function setSending(now: boolean): void {
    sending = now;
    for (const control of [field, session, keep]) control.disabled = now;
    form.setAttribute('aria-busy', String(now));
  }

  function show(message: string, hint: string): void {
    const box = element('div');
    box.className = 'problem';
    box.append(element('strong', message), hint);
    trouble.replaceChildren(box);
  }

  const leave = () => {
    field.value = '';
    void ipc.cancel().catch((thrown: unknown) => show(asProblem(thrown).message, ''));
  };

  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send('keyring');
  });
  session.addEventListener('click', () => void send('session'));
  cancel.addEventListener('click', leave);
  root.ownerDocument.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave();
  });
  // Nothing that is dropped here is opened.
  for (const kind of ['dragover', 'drop'] as const) {
    root.ownerDocument.addEventListener(kind, (event) => event.preventDefault());
  }
}

function asProblem(thrown: unknown): Pick<Problem, 'kind' | 'message' | 'hint'> {
  if (typeof thrown === 'object' && thrown !== null && typeof (thrown as Problem).message === 'string') {
    const { kind, message, hint } = thrown as Problem;
    return { kind: kind ?? 'internal', message: leftToRight(message), hint: hint ? leftToRight(hint) : '' };
  }
  return { kind: 'internal', message: String(thrown), hint: '' };
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function button(words: string, className: string): HTMLButtonElement {
  const made = element('button', words);
  made.type = 'button';
  made.className = className;
  return made;
}
