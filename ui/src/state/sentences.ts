import type { AccountView, JobView, StoreView } from '../backend/contract';
import { bytes } from '../lib/bytes';
import { leftToRight } from '../lib/language';
import { timeOfDay } from '../lib/moments';
import * as m from '../paraglide/messages.js';
import { inShort } from './problems';

/** Where a job's bytes stand, as far as the page knows. */
export interface Standing {
  sent: number;
  total: number;
  /** Nothing has moved for 30 seconds. */
  stalled: boolean;
}

/** The one sentence on a row. */
export function jobSentence(job: JobView, standing: Standing, account: AccountView | null, now: number, locked = false): string {
  switch (job.state) {
    case 'waiting':
      if (locked) return m.state_waiting_locked();
      if (account?.paused) return m.state_waiting_account_paused();
      return join((job.problem ? inShort(job.problem) : (job.warning ?? m.state_waiting())), nextAttempt(job, now));
    case 'preparing':
      return m.state_preparing();
    case 'uploading': {
      if (isFinishing(job, standing)) return m.state_finishing();
      const moved = { sent: bytes(standing.sent), total: bytes(standing.total) };
      return standing.stalled ? m.state_stalled(moved) : m.state_uploading(moved);
    }
    case 'finishing':
      return m.state_finishing();
    case 'done':
      return doneSentence(job, account);
    case 'paused':
      return standing.sent > 0
        ? m.state_paused_at({ sent: bytes(standing.sent), total: bytes(standing.total) })
        : m.state_paused();
    case 'waitingForNetwork':
      if (locked) return m.state_waiting_locked();
      return join(job.problem ? inShort(job.problem) : m.state_waiting_for_network(), nextAttempt(job, now));
    case 'needsYou':
      return job.problem ? inShort(job.problem) : m.state_needs_you();
    case 'failed':
      return job.problem ? inShort(job.problem) : m.state_failed();
    case 'cancelled':
      return job.problem ? inShort(job.problem) : m.state_cancelled();
  }
}

/** After the last byte there is no share to show: the service works. */
export function isFinishing(job: JobView, standing: Standing): boolean {
  return job.state === 'finishing' || (job.state === 'uploading' && standing.total > 0 && standing.sent >= standing.total);
}

function doneSentence(job: JobView, account: AccountView | null): string {
  if (job.deleted) return m.state_deleted();
  const parts: string[] = [];
  if (job.verified === 'no') parts.push(job.verifiedReason ?? m.state_done_unverified());
  else if (job.verified === 'reported') parts.push(job.verifiedReason ?? m.state_done_reported());
  else if (job.reused) parts.push(m.state_done_reused());
  else parts.push(m.state_done());
  if (job.size !== null) parts.push(bytes(job.size));
  if (job.stripped) parts.push(m.state_done_stripped({ size: bytes(job.stripped) }));
  else if (job.locationKept) parts.push(m.state_done_location_kept());
  if (job.width && job.height) parts.push(leftToRight(`${job.width}\u00a0×\u00a0${job.height}`));
  if (account?.origin === 'sandbox') parts.push(m.state_done_sandbox());
  return parts.join(' · ');
}

function nextAttempt(job: JobView, now: number): string {
  const at = job.nextAttemptAt === null ? Number.NaN : Date.parse(job.nextAttemptAt);
  if (Number.isNaN(at)) return '';
  if (at - now < 60_000) return m.next_attempt_soon();
  return m.next_attempt_at({ time: timeOfDay(new Date(at)) });
}

function join(first: string, second: string): string {
  if (second === '') return first;
  return `${first.replace(/\.$/, '')}. ${second}`;
}

/** Time left, as coarse as it is certain. */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return m.time_left_under_a_minute();
  if (seconds < 90 * 60) return m.time_left_minutes({ count: Math.max(1, Math.round(seconds / 60)) });
  return m.time_left_hours({ count: Math.max(2, Math.round(seconds / 3600)) });
}

/** What an account is, beside its name. */
export function accountSentence(account: AccountView): string {
  if (account.origin === 'sandbox') return m.account_sandbox();
  if (account.origin === 'environment') return m.account_environment();
  if (account.access.kind === 'unsigned') return m.account_unsigned({ cloud: account.cloudName });
  if (account.verification.state === 'unverified') return m.account_unverified({ cloud: account.cloudName });
  if (account.verification.state === 'rejected') return m.account_rejected({ cloud: account.cloudName });
  return account.cloudName;
}

/** Where the active account's secret is. */
export function keepingSentence(account: AccountView | null, store: StoreView): string {
  if (account === null) return store.keyring === false ? m.keeping_no_keyring() : m.keeping_store({ store: store.name });
  if (account.origin === 'sandbox') return m.keeping_sandbox();
  if (account.access.kind === 'unsigned') return m.keeping_unsigned();
  switch (account.keeping) {
    case 'keyring':
      return m.keeping_store({ store: store.name });
    case 'vault':
      return store.vault === 'locked' ? m.keeping_vault_locked() : m.keeping_vault();
    case 'session':
      return m.keeping_session();
    case 'nothing':
      return account.origin === 'environment' ? m.keeping_environment() : m.keeping_missing();
  }
}
