import type { Component } from 'svelte';
import Info from '@lucide/svelte/icons/info';
import KeyRound from '@lucide/svelte/icons/key-round';
import LockOpen from '@lucide/svelte/icons/lock-keyhole-open';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import Plus from '@lucide/svelte/icons/plus';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Search from '@lucide/svelte/icons/folder-search';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Upload from '@lucide/svelte/icons/upload';
import Trash from '@lucide/svelte/icons/trash-2';

import type { JobView } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import { canPause, canResume, canUploadAgain } from './actions';
import type { App } from './app.svelte';
import { type Remedy, troubleOf } from './problems';

/** The one thing to do about a row now. */
export interface MainAction {
  words: string;
  icon: Component;
  /** Offered, not urged. */
  quiet: boolean;
  run: () => Promise<void>;
}

/** What a remedy's button says. */
export const remedies: Record<Exclude<Remedy, 'none'>, { words: () => string; icon: Component }> = {
  retry: { words: m.action_retry, icon: RotateCw },
  verify: { words: m.action_check_again, icon: ShieldCheck },
  enterAgain: { words: m.action_enter_again, icon: KeyRound },
  addAccount: { words: m.action_add_account, icon: Plus },
  reveal: { words: m.action_reveal_short, icon: Search },
  remove: { words: m.action_remove, icon: Trash },
  anyway: { words: m.action_upload_anyway, icon: Upload },
  unlock: { words: m.action_unlock, icon: LockOpen },
  details: { words: m.action_details, icon: Info },
};

export function mainAction(job: JobView, app: App): MainAction | null {
  if (canResume(job, app)) {
    return { words: m.action_resume(), icon: Play, quiet: false, run: () => app.controlJobs([job], 'resume') };
  }
  if (canPause(job, app) && job.state !== 'waitingForNetwork') {
    return { words: m.action_pause(), icon: Pause, quiet: true, run: () => app.controlJobs([job], 'pause') };
  }
  if (canUploadAgain(job)) {
    return { words: m.action_upload_again(), icon: RotateCw, quiet: true, run: () => app.uploadAgain([job.id]) };
  }
  switch (job.state) {
    case 'waitingForNetwork':
      return { words: m.action_retry_now(), icon: RotateCw, quiet: true, run: () => app.controlJobs([job], 'retry') };
    case 'cancelled':
      return { words: m.action_start_again(), icon: RotateCw, quiet: true, run: () => app.controlJobs([job], 'retry') };
    case 'failed':
    case 'needsYou': {
      const named = job.problem === null ? 'retry' : troubleOf(job.problem.kind).remedy;
      const remedy = named === 'none' ? 'details' : named;
      return {
        words: remedies[remedy].words(),
        icon: remedies[remedy].icon,
        quiet: false,
        run: () => app.remedy(remedy, { job }),
      };
    }
    default:
      return null;
  }
}
