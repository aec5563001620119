import { describe, expect, it } from 'vitest';

import { MemoryBackend } from '../../src/backend/memory';
import { job, snapshot } from '../../src/backend/stories';
import { Queue, STALLED_AFTER } from '../../src/state/queue.svelte';
import { StandingClock } from '../window';

/** The rows are looked at, unless told otherwise. */
function queueWith(...jobs: ReturnType<typeof job>[]) {
  const clock = new StandingClock();
  const looked = new Map(jobs.map((job) => [job.id, job]));
  const queue = new Queue(clock, looked);
  let revision = 0;
  /** A newer snapshot with these rows, which the program tells of. */
  const tell = (...rows: ReturnType<typeof job>[]) => {
    revision += 1;
    queue.replace({ ...new MemoryBackend(snapshot({ jobs: rows })).told(), revision });
    for (const row of rows) looked.set(row.id, row);
    queue.took(rows);
  };
  tell(...jobs);
  return { clock, queue, looked, tell };
}

describe('snapshots', () => {
  it('an older one never replaces a newer one', () => {
    const { queue } = queueWith(job({ id: 1 }));
    expect(queue.replace(snapshot({ revision: 0 }))).toBe(false);
    expect(queue.count).toBe(1);
  });
});

describe('progress', () => {
  it('never goes back', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 50, total: 100 });
    const { queue, tell } = queueWith(moving);
    queue.progress([{ id: 1, sent: 80, total: 100 }]);
    queue.progress([{ id: 1, sent: 60, total: 100 }]);
    expect(queue.standing(moving).sent).toBe(80);
    tell({ ...moving, sent: 10 });
    expect(queue.standing(queue.job(1)!).sent).toBe(80);
  });

  it('begins anew after a failure', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 80, total: 100 });
    const { queue, tell } = queueWith(moving);
    tell({ ...moving, state: 'failed', sent: 0 });
    tell({ ...moving, sent: 0 });
    expect(queue.standing(queue.job(1)!).sent).toBe(0);
  });

  it('is stalled after thirty seconds without movement, and not before', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 50, total: 100 });
    const { queue, clock } = queueWith(moving);
    clock.pass(STALLED_AFTER - 1000);
    expect(queue.standing(moving).stalled).toBe(false);
    queue.progress([{ id: 1, sent: 50, total: 100 }]);
    clock.pass(1000);
    expect(queue.standing(moving).stalled).toBe(true);
    queue.progress([{ id: 1, sent: 51, total: 100 }]);
    expect(queue.standing(moving).stalled).toBe(false);
  });

  it('a paused job does not come back stalled', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 50, total: 100 });
    const { queue, clock, tell } = queueWith(moving, job({ id: 2, state: 'uploading' }));
    tell({ ...moving, state: 'paused' });
    clock.time += 120_000;
    tell({ ...moving, state: 'waiting' });
    tell(moving);
    expect(queue.standing(moving).stalled).toBe(false);
  });

  it('gives speed and, when steady, the time left', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 0, total: 100_000, size: 100_000 });
    const { queue, clock } = queueWith(moving);
    for (let second = 1; second <= 8; second += 1) {
      clock.pass(1000);
      queue.progress([{ id: 1, sent: second * 1000, total: 100_000 }]);
    }
    expect(queue.speed).toBeCloseTo(1000, -2);
    expect(queue.timeLeft).toBeCloseTo(92, -1);
  });

  it('does not count bytes that were sent before the window was open', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 900_000, total: 1_000_000 });
    const { queue } = queueWith(moving);
    queue.progress([{ id: 1, sent: 900_000, total: 1_000_000 }]);
    expect(queue.speed).toBe(0);
  });
});

describe('the clock', () => {
  it('ticks only while something moves', () => {
    const { clock, tell } = queueWith(job({ id: 1, state: 'uploading' }));
    expect(clock.ticking).toBe(true);
    tell(job({ id: 1, state: 'done' }));
    expect(clock.ticking).toBe(false);
  });
});
