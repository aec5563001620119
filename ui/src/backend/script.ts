import type { BatchView, Commands, JobView, Run, Snapshot } from './contract';
import type { Scene } from './memory';

type Find = Commands['find']['request'];
type Found = Commands['find']['answer'];

/** The rows of a scripted program, looked up and looked through as the real one does. */
export class Script {
  readonly #rows: Map<number, JobView>;

  constructor(readonly scene: Scene) {
    this.#rows = new Map(scene.jobs.map((job) => [job.id, job]));
    for (const job of scene.library ?? []) this.#rows.set(job.id, job);
  }

  row(id: number): JobView | null {
    return this.#rows.get(id) ?? null;
  }

  find(request: Find, batches: readonly BatchView[]): Found {
    if (request.scope === 'library') return this.#inLibrary(request);
    const jobs = this.scene.jobs.filter((job) => fits(job, request) && stands(job, request.standing));
    const groups = batches.flatMap(({ id }) => {
      const runs = runsOf(jobs.filter(({ batch }) => batch === id));
      return runs.length === 0 ? [] : [{ group: { kind: 'batch' as const, id }, runs }];
    });
    return { groups, count: jobs.length };
  }

  facets(): Commands['facets']['answer'] {
    const rows = [...this.scene.jobs, ...(this.scene.library ?? [])];
    const sorted = (values: string[]) => [...new Set(values)].filter(Boolean).sort();
    return { folders: sorted(rows.map(({ folder }) => folder)), tags: sorted(rows.flatMap(({ tags }) => tags)) };
  }

  #inLibrary(request: Find): Found {
    const rows = [...this.scene.jobs.filter(({ state }) => state === 'done'), ...(this.scene.library ?? [])].filter((job) => fits(job, request));
    const months = [...new Set(rows.map(({ at }) => at.slice(0, 7)))].sort().reverse();
    const groups = months.map((month) => ({
      group: { kind: 'month' as const, month },
      runs: runsOf(rows.filter(({ at }) => at.startsWith(month))),
    }));
    return { groups, count: rows.length };
  }
}

export function runsOf(jobs: readonly JobView[]): Run[] {
  const runs: Run[] = [];
  for (const { id } of jobs) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === id) last.count += 1;
    else runs.push({ first: id, count: 1 });
  }
  return runs;
}

export function totalsOf(jobs: readonly JobView[]): Snapshot['totals'] {
  const count = (...states: JobView['state'][]) => jobs.filter((job) => states.includes(job.state)).length;
  const open = jobs.filter((job) => !['done', 'cancelled', 'failed'].includes(job.state));
  return {
    waiting: count('waiting', 'preparing', 'waitingForNetwork'),
    moving: count('uploading', 'finishing'),
    done: count('done'),
    failed: count('failed'),
    needsYou: count('needsYou'),
    paused: count('paused'),
    sentBytes: open.reduce((sum, job) => sum + job.sent, 0),
    totalBytes: open.reduce((sum, job) => sum + job.total, 0),
  };
}

/** Batches with what their rows make of them. */
export function batchesOf(batches: readonly BatchView[], jobs: readonly JobView[]): BatchView[] {
  const by = new Map<number, JobView[]>(batches.map(({ id }) => [id, []]));
  for (const job of jobs) by.get(job.batch)?.push(job);
  return batches.map((one) => {
    const rows = by.get(one.id) ?? [];
    const sums = totalsOf(rows);
    return { ...one, count: rows.length, done: sums.done, runs: runsOf(rows), sums };
  });
}

function fits(job: JobView, { query, account, folder, tag, kind, since, until }: Find): boolean {
  const text = plain([job.name, job.publicId ?? '', job.folder, ...job.tags].join(' '));
  return (
    plain(query).split(/\s+/).every((word) => text.includes(word)) &&
    (account === null || job.account === account) &&
    (folder === null || `${job.folder}/`.startsWith(`${folder}/`)) &&
    (tag === null || job.tags.includes(tag)) &&
    (kind === null || job.resourceType === kind) &&
    (since === null || job.at >= since) &&
    (until === null || job.at.slice(0, until.length) <= until)
  );
}

function stands({ state }: JobView, standing: Find['standing']): boolean {
  switch (standing) {
    case null:
      return true;
    case 'open':
      return !['done', 'failed', 'cancelled'].includes(state);
    default:
      return state === standing;
  }
}

function plain(text: string): string {
  return text.normalize('NFC').toLocaleLowerCase();
}
