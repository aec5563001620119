import { type Backend, problemOf } from '../backend/backend';
import type {
  AccountView,
  AddFrom,
  CheckedChoices,
  ChoiceField,
  Choices,
  ChoicesView,
  HeldView,
  MetadataField,
  Problem,
  Suggested,
} from '../backend/contract';

export function nothing(): Choices {
  return {
    folder: '',
    tags: [],
    context: [],
    metadata: [],
    uploadPreset: '',
    publicId: { kind: 'nameAndRandom' },
    overwrite: false,
    deliveryType: 'upload',
    resourceType: null,
    transformation: '',
    eager: [],
    moderation: '',
    stripLocation: false,
  };
}

/** Whether two snapshots tell of the same things that wait. */
export function isSameHeld(one: HeldView | null, other: HeldView): boolean {
  return one !== null && one.account === other.account && one.count === other.count && one.names.join('/') === other.names.join('/');
}

/** Which of the fields stand under “More”. */
const FURTHER: readonly ChoiceField[] = [
  'context',
  'metadata',
  'uploadPreset',
  'deliveryType',
  'resourceType',
  'transformation',
  'eager',
  'moderation',
];

/** What is set for an upload or kept for an account, while it is being set. Knows no element. */
export class Options {
  readonly account: AccountView;
  /** Whether it is kept for the account, instead of being used once. */
  readonly kept: boolean;
  /** What waits to be uploaded with it, if something does. */
  held = $state.raw<HeldView | null>(null);

  choices = $state<Choices>(nothing());
  askEachTime = $state(false);
  checked = $state.raw<CheckedChoices | null>(null);
  /** The account's fields of metadata, as far as they are told. */
  fields = $state.raw<MetadataField[]>([]);
  /** Why the account's own folders, presets or tags are not offered. */
  silence = $state.raw<Problem | null>(null);
  problem = $state.raw<Problem | null>(null);
  ready = $state(false);
  busy = $state(false);

  /** Something is wrong, or said, under “More”. */
  further = $derived.by(() => {
    const { context, metadata, uploadPreset, deliveryType, resourceType, transformation, eager, moderation } = this.choices;
    const isSet =
      context.length + metadata.length + eager.length > 0 ||
      [uploadPreset, transformation, moderation].some((text) => text !== '') ||
      deliveryType !== 'upload' ||
      resourceType !== null;
    return isSet || (this.checked?.faults.some(({ field }) => FURTHER.includes(field)) ?? false);
  });

  #backend: Backend;
  #checking = false;
  #again = false;

  constructor(backend: Backend, account: AccountView, { kept = false, held = null }: { kept?: boolean; held?: HeldView | null } = {}) {
    this.#backend = backend;
    this.account = account;
    this.kept = kept;
    this.held = held;
  }

  /** Begins with what is kept for the account. */
  async load(): Promise<void> {
    try {
      const { choices, askEachTime } = await this.#backend.call('choices', { id: this.account.id });
      this.choices = choices;
      this.askEachTime = askEachTime;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.ready = true;
    await this.check();
  }

  /** Asks what is wrong with it. While one question is under way others wait for its answer, and become one. */
  async check(): Promise<void> {
    if (this.#checking) {
      this.#again = true;
      return;
    }
    this.#checking = true;
    try {
      do {
        this.#again = false;
        this.checked = await this.#backend.call('check_choices', {
          account: this.account.id,
          choices: this.sent(),
          names: this.#names(),
          kept: this.kept,
        });
      } while (this.#again);
    } catch (thrown) {
      this.problem = problemOf(thrown);
    } finally {
      this.#checking = false;
    }
  }

  faultOf(field: ChoiceField): string {
    return this.checked?.faults.find((fault) => fault.field === field)?.message ?? '';
  }

  noteOf(field: ChoiceField): string {
    return this.checked?.notes.find((note) => note.field === field)?.message ?? '';
  }

  async suggest(what: Suggested, typed: string): Promise<string[]> {
    try {
      const { values, fields, problem } = await this.#backend.call('suggest', { account: this.account.id, what, typed });
      this.silence = problem;
      if (what === 'metadata' && problem === null) this.fields = fields;
      return values;
    } catch (thrown) {
      this.silence = problemOf(thrown);
      return [];
    }
  }

  /** Asks for the fields of metadata; what is known of them makes the check sharper. */
  async askForFields(): Promise<void> {
    await this.suggest('metadata', '');
    if (this.choices.metadata.length > 0) await this.check();
  }

  /** Keeps it for the account. */
  async keep(): Promise<ChoicesView | null> {
    return this.#run(() =>
      this.#backend.call('set_choices', { account: this.account.id, choices: this.sent(), askEachTime: this.askEachTime }),
    );
  }

  /** Uploads with it; answers nothing when that did not work, which `problem` says then. */
  async add(from: AddFrom) {
    return this.#run(() => this.#backend.call('add', { from, account: this.account.id, choices: this.sent() }));
  }

  sent(): Choices {
    return $state.snapshot(this.choices);
  }

  #names(): string[] {
    if (this.held === null) return [];
    const { count, names } = this.held;
    // more than one is all that has to be known of the rest
    return count > 1 && names.length < 2 ? [...names, ''] : names;
  }

  async #run<T>(ask: () => Promise<T>): Promise<T | null> {
    this.busy = true;
    this.problem = null;
    try {
      return await ask();
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }
}
