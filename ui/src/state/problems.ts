import type { Problem, ProblemKind } from '../backend/contract';
import * as m from '../paraglide/messages.js';

/** The one thing that helps, as far as the page can offer it. */
export type Remedy = 'retry' | 'verify' | 'enterAgain' | 'addAccount' | 'reveal' | 'remove' | 'anyway' | 'unlock' | 'details' | 'none';

export interface Trouble {
  /** Two or three words for a heading; the sentence comes with the problem. */
  words: () => string;
  remedy: Remedy;
}

/** Every way in which something can go wrong; a kind that is missing here does not compile. */
export const troubles: Record<ProblemKind, Trouble> = {
  source_missing: { words: m.trouble_source_missing, remedy: 'retry' },
  source_unreadable: { words: m.trouble_source_unreadable, remedy: 'retry' },
  source_is_folder: { words: m.trouble_source_is_folder, remedy: 'remove' },
  source_changed: { words: m.trouble_source_changed, remedy: 'retry' },
  source_empty: { words: m.trouble_source_empty, remedy: 'reveal' },
  name_unrepresentable: { words: m.trouble_name_unrepresentable, remedy: 'reveal' },
  not_a_path: { words: m.trouble_not_a_path, remedy: 'none' },
  clipboard_empty: { words: m.trouble_clipboard_empty, remedy: 'none' },
  unreachable: { words: m.trouble_unreachable, remedy: 'retry' },
  timed_out: { words: m.trouble_timed_out, remedy: 'retry' },
  untrusted: { words: m.trouble_untrusted, remedy: 'details' },
  portal: { words: m.trouble_portal, remedy: 'retry' },
  proxy_refused: { words: m.trouble_proxy_refused, remedy: 'retry' },
  rate_limited: { words: m.trouble_rate_limited, remedy: 'retry' },
  service_trouble: { words: m.trouble_service_trouble, remedy: 'retry' },
  not_json: { words: m.trouble_not_json, remedy: 'retry' },
  incomplete: { words: m.trouble_incomplete, remedy: 'retry' },
  stale_request: { words: m.trouble_stale_request, remedy: 'retry' },
  wrong_key: { words: m.trouble_wrong_key, remedy: 'enterAgain' },
  wrong_secret: { words: m.trouble_wrong_secret, remedy: 'enterAgain' },
  wrong_cloud: { words: m.trouble_wrong_cloud, remedy: 'enterAgain' },
  wrong_region: { words: m.trouble_wrong_region, remedy: 'enterAgain' },
  secret_missing: { words: m.trouble_secret_missing, remedy: 'enterAgain' },
  secret_locked: { words: m.trouble_secret_locked, remedy: 'verify' },
  secret_denied: { words: m.trouble_secret_denied, remedy: 'verify' },
  secret_timed_out: { words: m.trouble_secret_timed_out, remedy: 'verify' },
  locked: { words: m.trouble_locked, remedy: 'unlock' },
  no_store: { words: m.trouble_no_store, remedy: 'enterAgain' },
  preset_refused: { words: m.trouble_preset_refused, remedy: 'enterAgain' },
  forbidden: { words: m.trouble_forbidden, remedy: 'details' },
  too_large: { words: m.trouble_too_large, remedy: 'remove' },
  over_limit: { words: m.trouble_over_limit, remedy: 'anyway' },
  location_kept: { words: m.trouble_location_kept, remedy: 'anyway' },
  not_an_image: { words: m.trouble_not_an_image, remedy: 'details' },
  refused: { words: m.trouble_refused, remedy: 'details' },
  name_taken: { words: m.trouble_name_taken, remedy: 'details' },
  disk: { words: m.trouble_disk, remedy: 'retry' },
  no_account: { words: m.trouble_no_account, remedy: 'addAccount' },
  unknown_account: { words: m.trouble_unknown_account, remedy: 'addAccount' },
  bad_value: { words: m.trouble_bad_value, remedy: 'none' },
  bad_url: { words: m.trouble_bad_url, remedy: 'none' },
  not_signed: { words: m.trouble_not_signed, remedy: 'details' },
  declined: { words: m.trouble_declined, remedy: 'none' },
  gone: { words: m.trouble_gone, remedy: 'remove' },
  not_here: { words: m.trouble_not_here, remedy: 'none' },
  internal: { words: m.trouble_internal, remedy: 'details' },
};

/** The table's row; a kind that a newer program sends is treated as a fault of ours. */
export function troubleOf(kind: ProblemKind): Trouble {
  return troubles[kind] ?? troubles.internal;
}

/** What is said where there is room for one sentence. */
export function inShort({ message }: Problem): string {
  return message;
}

/** What went wrong and what to do, as one text. */
export function inFull({ message, hint }: Problem): string {
  return [message, hint].filter(Boolean).join(' ');
}
