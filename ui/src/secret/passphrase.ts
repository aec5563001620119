import * as m from '../paraglide/messages.js';
import { asProblem, button, element, hiddenField, leaving, type SecretIpc, Trouble } from './parts';

/** Enough for a file that may be copied and tried for years; the program holds new ones to it. */
const ENOUGH = 3;

const SCORES = [m.passphrase_score_0, m.passphrase_score_1, m.passphrase_score_2, m.passphrase_score_3, m.passphrase_score_4];

/**
 * The fields for the vault's passphrase: twice and with a meter for a new vault, once for one that is there. The
 * passphrase is in the fields alone, and only until it is sent.
 */
export class PassphraseFields {
  readonly place = element('div', '', 'passphrase');
  readonly #isNew: boolean;
  readonly #first: HTMLInputElement;
  readonly #second: HTMLInputElement | null = null;

  constructor(isNew: boolean, ipc: SecretIpc, words: string = isNew ? m.passphrase_new_about() : m.passphrase_about()) {
    this.#isNew = isNew;
    const about = element('p', words, 'about');
    about.id = 'passphrase-about';
    const { name, field } = hiddenField(isNew ? m.passphrase_new_field() : m.passphrase_field(), 'passphrase-field', about.id);
    this.#first = field;
    this.place.append(name, field);
    if (isNew) {
      const { name: again, field: second } = hiddenField(m.passphrase_again(), 'passphrase-again', about.id);
      this.#second = second;
      this.place.append(meter(field, ipc), again, second);
    }
    this.place.append(about);
  }

  focus(): void {
    this.#first.focus();
  }

  /** What is wrong with what was typed, as far as this page knows; nothing when it can be sent. */
  fault(): string {
    if (this.#first.value === '') return m.passphrase_empty();
    return this.#second !== null && this.#second.value !== this.#first.value ? m.passphrase_differs() : '';
  }

  /** Empties the fields and gives what was in them, to be sent at once. */
  take(): string {
    const passphrase = this.#first.value;
    this.empty();
    return passphrase;
  }

  empty(): void {
    this.#first.value = '';
    if (this.#second !== null) this.#second.value = '';
    this.#first.dispatchEvent(new Event('input'));
  }

  disable(now: boolean): void {
    this.#first.disabled = now;
    if (this.#second !== null) this.#second.disabled = now;
  }

  get isNew(): boolean {
    return this.#isNew;
  }
}

/** Says how long what is typed would stand. Answers that come late are of what is no longer there. */
function meter(field: HTMLInputElement, ipc: SecretIpc): HTMLElement {
  const place = element('div', '', 'meter');
  const bar = element('span', '', 'bar');
  bar.setAttribute('aria-hidden', 'true');
  const words = element('span', '', 'about');
  words.setAttribute('role', 'status');
  words.dataset.testid = 'passphrase-score';
  place.append(bar, words);
  let asked = 0;
  field.addEventListener('input', () => {
    asked += 1;
    const mine = asked;
    const show = (score: number | null) => {
      if (mine !== asked) return;
      place.dataset.score = score === null ? '' : String(score);
      place.classList.toggle('enough', score !== null && score >= ENOUGH);
      words.textContent = score === null ? '' : (SCORES[score]?.() ?? '');
    };
    if (field.value === '') show(null);
    else ipc.strength({ passphrase: field.value }).then(({ score }) => show(score), () => show(null));
  });
  return place;
}

/** The field for the passphrase that is to be changed; as those for the new one, it holds it only until it is sent. */
class PassphraseBefore {
  readonly place = element('div', '', 'passphrase');
  readonly #field: HTMLInputElement;

  constructor() {
    const { name, field } = hiddenField(m.passphrase_before(), 'passphrase-before', 'passphrase-about');
    this.#field = field;
    this.place.append(name, field);
  }

  focus(): void {
    this.#field.focus();
  }

  fault(): string {
    return this.#field.value === '' ? m.passphrase_before_empty() : '';
  }

  take(): string {
    const passphrase = this.#field.value;
    this.empty();
    return passphrase;
  }

  empty(): void {
    this.#field.value = '';
  }

  disable(now: boolean): void {
    this.#field.disabled = now;
  }
}

interface Asked {
  /** The one that is to be changed is asked for too. */
  changes?: true;
  isNew: boolean;
  title: string;
  about: string;
  go: string;
}

/** Whose passphrase it is: a backup's that is made or opened, else the vault's. */
function askedFor(query: URLSearchParams): Asked {
  switch (query.get('mode')) {
    case 'new-backup':
      return { isNew: true, title: m.passphrase_backup_new_title(), about: m.passphrase_backup_new_about(), go: m.passphrase_backup_new_go() };
    case 'backup':
      return { isNew: false, title: m.passphrase_backup_title(), about: m.passphrase_backup_about(), go: m.passphrase_backup_go() };
    case 'change-passphrase':
      return { changes: true, isNew: true, title: m.passphrase_change_title(), about: m.passphrase_change_about(), go: m.passphrase_change_go() };
    default:
      return query.get('vault') === 'locked'
        ? { isNew: false, title: m.passphrase_title(), about: m.passphrase_about(), go: m.passphrase_unlock() }
        : { isNew: true, title: m.passphrase_new_title(), about: m.passphrase_new_about(), go: m.passphrase_create() };
  }
}

/** The page that asks for the passphrase of the vault or of a backup and nothing else. */
export function passphrasePage(root: HTMLElement, query: URLSearchParams, ipc: SecretIpc): void {
  const asked = askedFor(query);
  const before = asked.changes ? new PassphraseBefore() : null;
  const fields = new PassphraseFields(asked.isNew, ipc, asked.about);
  const trouble = new Trouble();
  const form = element('form');
  const acts = element('div', '', 'acts');
  const cancel = button(m.secret_cancel(), 'button');
  const go = button(asked.go, 'button primary', 'passphrase-go');
  go.type = 'submit';
  acts.append(cancel, go);
  if (before !== null) form.append(before.place);
  form.append(fields.place, trouble.place, acts);
  form.noValidate = true;
  root.replaceChildren(element('h1', asked.title), form);
  (before ?? fields).focus();

  let sending = false;
  async function send(): Promise<void> {
    if (sending) return;
    for (const part of before === null ? [fields] : [before, fields]) {
      const fault = part.fault();
      if (fault === '') continue;
      trouble.say(fault);
      part.focus();
      return;
    }
    setSending(true);
    try {
      if (before === null) await ipc.passphrase({ passphrase: fields.take() });
      else await ipc.newPassphrase({ old: before.take(), passphrase: fields.take() });
    } catch (thrown) {
      const { message, hint } = asProblem(thrown);
      trouble.say(message, hint);
    } finally {
      setSending(false);
      (before ?? fields).focus();
    }
  }

  function setSending(now: boolean): void {
    sending = now;
    go.disabled = now;
    before?.disable(now);
    fields.disable(now);
    form.setAttribute('aria-busy', String(now));
  }

  const leave = () => {
    before?.empty();
    fields.empty();
    void ipc.cancel().catch((thrown: unknown) => trouble.say(asProblem(thrown).message));
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  cancel.addEventListener('click', leave);
  leaving(leave);
}
