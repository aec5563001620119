import type { AccountView, JobView } from '../backend/contract';
import type { App } from './app.svelte';
import type { Remedy } from './problems';

/** What is in trouble. */
export interface About {
  job?: JobView;
  account?: AccountView | null;
}

/** Does the one thing that the table of problems names. */
export async function apply(app: App, remedy: Remedy, { job, account: given }: About): Promise<void> {
  const account = given ?? (job === undefined ? null : app.queue.account(job.account));
  switch (remedy) {
    case 'retry':
      if (job !== undefined) await app.controlJobs([job], 'retry');
      else if (account !== null) await app.accounts.verify(account);
      break;
    case 'verify':
      if (account?.keeping === 'vault' && app.queue.snapshot?.store.vault === 'locked') {
        // Its unlocking lets everything go on that waited for it.
        await app.care.unlockVault();
        break;
      }
      if (account !== null) await app.accounts.verify(account);
      if (job !== undefined) await app.controlJobs([job], 'retry');
      break;
    case 'enterAgain':
      if (account !== null) app.accounts.enterAgain(account);
      break;
    case 'addAccount':
      app.adding = { way: 'choose', filled: {} };
      break;
    case 'reveal':
      if (job !== undefined) await app.reveal(job);
      break;
    case 'remove':
      if (job !== undefined) await app.remove([job]);
      break;
    case 'anyway':
      // To ask for one row by name is the user's word.
      if (job !== undefined) await app.controlJobs([job], 'retry');
      break;
    case 'unlock':
      await app.unlock();
      break;
    case 'details':
      if (job !== undefined) await app.showDetails(job);
      break;
    case 'none':
      break;
  }
}

/** An account's address is for people; the three that have a name go back to it. */
export function hostChoice(address: string): string {
  const bare = address.replace(/^https:\/\//, '').replace(/\/$/, '');
  if (bare === 'api.cloudinary.com') return 'default';
  if (bare === 'api-eu.cloudinary.com') return 'eu';
  if (bare === 'api-ap.cloudinary.com') return 'ap';
  return address;
}

/** The form in which an account is entered, filled with what is known of it. */
export function formOf({ label, cloudName, host, access }: AccountView): NonNullable<App['adding']> {
  const known = { label, cloudName, host };
  return access.kind === 'signed'
    ? { way: 'signed', filled: { ...known, apiKey: access.apiKey } }
    : { way: 'preset', filled: { ...known, uploadPreset: access.uploadPreset } };
}
