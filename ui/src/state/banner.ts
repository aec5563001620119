import type { AccountView, Problem } from '../backend/contract';
import type { Queue } from './queue.svelte';

export interface Banner {
  problem: Problem;
  account: AccountView | null;
}

/** The trouble that concerns a whole account, the active one first; never more than one. */
export function bannerOf(queue: Queue): Banner | null {
  const inOrder = [...queue.accounts].sort((a, b) => Number(b === queue.active) - Number(a === queue.active));
  for (const account of inOrder) {
    if (account.problem !== null) return { problem: account.problem, account };
    if (account.verification.state === 'rejected') {
      const problem: Problem = { kind: 'wrong_secret', message: account.verification.reason, hint: '', retry: 'afterChange' };
      return { problem, account };
    }
  }
  const store = queue.snapshot?.store;
  const active = queue.active;
  if (store?.problem && active?.access.kind === 'signed' && active.origin === 'saved' && active.keeping !== 'keyring') {
    return { problem: store.problem, account: active };
  }
  return null;
}
