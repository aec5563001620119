import type { Component } from 'svelte';
import Link from '@lucide/svelte/icons/link';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Check from '@lucide/svelte/icons/list-checks';
import Trash from '@lucide/svelte/icons/trash-2';

import type { ControlTarget } from '../backend/contract';
import { IdSet } from '../lib/id-set';
import * as m from '../paraglide/messages.js';
import type { App } from './app.svelte';
import type { Section } from './rows';

/** Something that can be done with all that stands under one head. */
export interface SectionAction {
  id: string;
  words: () => string;
  icon: Component;
  enabled: (app: App, section: Section) => boolean;
  run: (app: App, section: Section) => void | Promise<void>;
}

const batchOf = (app: App, { batch }: Section) => (batch === null ? null : app.queue.batch(batch));
const isPaused = (app: App, section: Section) => app.queue.account(batchOf(app, section)?.account ?? '')?.paused === true;

function ids({ runs }: Section): number[] {
  return [...IdSet.ofRuns(runs)].filter((id) => id > 0);
}

/** While something narrows the list, only what is shown is meant. */
const meant = (app: App, section: Section): ControlTarget =>
  app.finder.active || section.batch === null ? { kind: 'jobs', ids: ids(section) } : { kind: 'batch', id: section.batch };

/** Only what failed: the program would start again what was cancelled, and what rests, too. */
async function retryFailed(app: App, { batch, runs: shown }: Section): Promise<void> {
  const groups = await app.standing('failed');
  const runs = groups?.find(({ group }) => group.kind === 'batch' && group.id === batch)?.runs ?? [];
  await app.controlIds([...IdSet.ofRuns(runs).keep(IdSet.ofRuns(shown))], 'retry');
}

export const sectionActions: readonly SectionAction[] = [
  {
    id: 'copyAll', words: () => m.action_copy_all_links(), icon: Link,
    enabled: (app, section) => section.month !== null || (batchOf(app, section)?.sums.done ?? 0) > 0,
    run: (app, section) => app.copyIds(section.runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at)), 'url'),
  },
  {
    id: 'selectAll', words: () => m.action_select_group(), icon: Check,
    enabled: () => true,
    run: (app, section) => {
      app.selection.group(section.runs);
    },
  },
  {
    id: 'pause', words: () => m.action_pause(), icon: Pause,
    enabled: (app, section) => {
      const sums = batchOf(app, section)?.sums;
      return sums !== undefined && (sums.moving > 0 || (sums.waiting > 0 && !isPaused(app, section)));
    },
    run: (app, section) => app.control(meant(app, section), 'pause'),
  },
  {
    id: 'resume', words: () => m.action_resume(), icon: Play,
    enabled: (app, section) => {
      const sums = batchOf(app, section)?.sums;
      return sums !== undefined && (sums.paused > 0 || (sums.waiting > 0 && isPaused(app, section)));
    },
    run: (app, section) => app.control(meant(app, section), 'resume'),
  },
  {
    id: 'retryFailed', words: () => m.action_retry_failed(), icon: RotateCw,
    enabled: (app, section) => (batchOf(app, section)?.sums.failed ?? 0) > 0,
    run: retryFailed,
  },
  {
    id: 'remove', words: () => m.action_remove(), icon: Trash,
    enabled: (app, section) => batchOf(app, section) !== null,
    run: (app, section) => app.removeIds(ids(section)),
  },
];
