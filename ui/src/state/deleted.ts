import type { Deleted, JobView } from '../backend/contract';
import { IdSet } from '../lib/id-set';
import * as m from '../paraglide/messages.js';
import { MOST } from './looking.svelte';
import { inFull } from './problems';
import type { Told } from './queue.svelte';
import type { Toast } from './toasts.svelte';

/** What to say about assets that were to be deleted, and the rows whose files can be uploaded again. */
export function deletedWords({ assets }: Deleted): { words: string; tone: Toast['tone']; again: number[] } {
  const of = (kind: Deleted['assets'][number]['outcome']['kind']) => assets.filter(({ outcome }) => outcome.kind === kind);
  const [deleted, gone, kept, failed] = [of('deleted'), of('alreadyGone'), of('kept'), of('failed')];
  const first = failed[0]?.outcome;
  const why = first?.kind === 'failed' ? [inFull(first.problem)] : [];
  const words = [
    deleted.length > 0 && m.said_deleted({ count: deleted.length }),
    gone.length > 0 && m.said_already_gone({ count: gone.length }),
    kept.length > 0 && m.said_kept({ count: kept.length }),
    failed.length > 1 && m.said_not_deleted({ count: failed.length }),
    ...why,
  ];
  return {
    words: words.filter(Boolean).join(' '),
    tone: failed.length > 0 ? 'trouble' : 'plain',
    again: [...deleted, ...gone].filter(({ again }) => again).map(({ id }) => id),
  };
}

/** The rows of batches that came to their end between two snapshots, as far as all of a batch are loaded. */
export function justFinished(before: Told | null, after: Told, row: (id: number) => JobView | null): JobView[] {
  if (before === null || after.revision < before.revision) return [];
  const newest = Math.max(0, ...before.batches.map(({ id }) => id));
  const wasOpen = (id: number) => before.batches.some((batch) => batch.id === id && batch.done < batch.count);
  const finished = after.batches.filter(({ id, count, done }) => count > 0 && count <= MOST && done === count && (id > newest || wasOpen(id)));
  return finished.flatMap(({ count, runs }) => {
    const jobs = [...IdSet.ofRuns(runs)].flatMap((id) => row(id) ?? []);
    return jobs.length === count ? jobs : [];
  });
}
