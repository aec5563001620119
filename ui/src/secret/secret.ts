import type { KeepingView, ProblemKind } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import { asProblem, button, element, facts, hiddenField, leaving, type SecretIpc, Trouble } from './parts';
import { PassphraseFields, passphrasePage } from './passphrase';
import { revealPage } from './reveal';

export type { SecretIpc } from './parts';

/** After these the keyring is no way, and the session and a vault are offered; never silently. */
const OFFERS_OTHERS: readonly ProblemKind[] = ['no_store', 'secret_missing', 'secret_locked', 'secret_denied', 'secret_timed_out'];

/** Draws what the program opened the window for; it answers nothing else. */
export function secretPage(root: HTMLElement, query: URLSearchParams, ipc: SecretIpc): void {
  switch (query.get('mode')) {
    case 'reveal':
      return revealPage(root, query, ipc);
    case 'passphrase':
    case 'change-passphrase':
    case 'new-backup':
    case 'backup':
      return passphrasePage(root, query, ipc);
    default:
      return typePage(root, query, ipc);
  }
}

/**
 * Asks for a secret. The page holds it only in the field, and only until it is sent: no copy in a variable that outlives
 * the call, no storage, no log.
 */
function typePage(root: HTMLElement, query: URLSearchParams, ipc: SecretIpc): void {
  const second = query.get('mode') === 'second';
  const label = query.get('label') || query.get('cloud') || '';

  const form = element('form');
  const about = element('p', second ? m.secret_second_about() : m.secret_about(), 'about');
  about.id = 'secret-about';
  const { name, field } = hiddenField(m.secret_field(), 'secret-field', about.id);
  field.required = true;
  const trouble = new Trouble();
  const passphrase = element('div');

  const acts = element('div', '', 'acts');
  const cancel = button(m.secret_cancel(), 'button');
  const session = button(m.secret_session(), 'button', 'secret-session');
  const vault = button(m.secret_vault(), 'button', 'secret-vault');
  session.hidden = true;
  vault.hidden = true;
  const keep = button(second ? m.secret_second_keep() : m.secret_keep(), 'button primary', 'secret-keep');
  keep.type = 'submit';
  acts.append(cancel, session, vault, keep);

  form.append(name, field, about, passphrase, trouble.place, acts);
  root.replaceChildren(element('h1', second ? m.secret_second_title({ label }) : m.secret_title({ label })), facts(query), form);
  field.focus();

  let sending = false;
  /** Where the main button keeps it. */
  let chosen: KeepingView = 'keyring';
  /** What is asked for before the vault takes anything; nothing when it is open. */
  let fields: PassphraseFields | null = null;
  let open = query.get('vault') === 'open';

  async function send(keeping: KeepingView): Promise<void> {
    if (sending) return;
    if (field.value.trim() === '') {
      field.value = '';
      trouble.say(m.secret_empty());
      field.focus();
      return;
    }
    setSending(true);
    try {
      if (keeping !== 'vault' || (await opened())) await submit(keeping);
    } finally {
      setSending(false);
      if (field.value === '') field.focus();
      else fields?.focus();
    }
  }

  async function submit(keeping: KeepingView): Promise<void> {
    const secret = field.value.trim();
    field.value = '';
    try {
      await ipc.submit({ secret, keeping });
    } catch (thrown) {
      const problem = asProblem(thrown);
      const offers = !second && OFFERS_OTHERS.includes(problem.kind);
      session.hidden &&= !offers;
      vault.hidden &&= !offers || chosen === 'vault';
      trouble.say(problem.message, [problem.hint, session.hidden ? '' : m.secret_others_about(), m.secret_again()].filter(Boolean).join(' '));
    }
  }

  /** Opens the vault with what was typed for it. The secret stays in its field: it was not sent. */
  async function opened(): Promise<boolean> {
    if (open || fields === null) return true;
    const fault = fields.fault();
    if (fault !== '') {
      trouble.say(fault);
      return false;
    }
    try {
      await ipc.passphrase({ passphrase: fields.take() });
    } catch (thrown) {
      const { message, hint } = asProblem(thrown);
      trouble.say(message, hint);
      return false;
    }
    open = true;
    fields = null;
    passphrase.replaceChildren();
    return true;
  }

  function chooseVault(): void {
    chosen = 'vault';
    vault.hidden = true;
    keep.textContent = m.secret_vault_keep();
    about.textContent = m.secret_vault_about();
    trouble.clear();
    if (!open) {
      fields = new PassphraseFields(query.get('vault') !== 'locked', ipc);
      passphrase.replaceChildren(fields.place);
    }
    field.focus();
  }

  function setSending(now: boolean): void {
    sending = now;
    for (const control of [field, session, vault, keep]) control.disabled = now;
    fields?.disable(now);
    form.setAttribute('aria-busy', String(now));
  }

  const leave = () => {
    field.value = '';
    fields?.empty();
    void ipc.cancel().catch((thrown: unknown) => trouble.say(asProblem(thrown).message));
  };

  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(chosen);
  });
  session.addEventListener('click', () => void send('session'));
  vault.addEventListener('click', chooseVault);
  cancel.addEventListener('click', leave);
  leaving(leave);
}
