import { describe, expect, it } from 'vitest';

import { batch, job, snapshot } from '../../src/backend/stories';
import { Queue, STALLED_AFTER } from '../../src/state/queue.svelte';
import { StandingClock } from '../window';

function queueWith(...jobs: ReturnType<typeof job>[]) {
  const clock = new StandingClock();
  const queue = new Queue(clock);
  queue.replace(snapshot({ jobs }));
  return { clock, queue };
}

describe('snapshots', () => {
  it('an older one never replaces a newer one', () => {
    const { queue } = queueWith(job({ id: 1, name: 'new.jpg' }));
    queue.replace(snapshot({ revision: 0, jobs: [] }));
    expect(queue.jobs.map(({ name }) => name)).toEqual(['new.jpg']);
  });

  it('an unchanged row stays the same object, so that it is not drawn again', () => {
    const first = job({ id: 1 });
    const { queue } = queueWith(first, job({ id: 2 }));
    const before = queue.jobs[0];
    queue.replace(snapshot({ revision: 2, jobs: [{ ...first }, job({ id: 2, state: 'done' })] }));
    expect(queue.jobs[0]).toBe(before);
    expect(queue.jobs[1]?.state).toBe('done');
  });
});

describe('progress', () => {
  it('never goes back', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 50, total: 100 });
    const { queue } = queueWith(moving);
    queue.tell({ kind: 'progress', value: [{ id: 1, sent: 80, total: 100 }] });
    queue.tell({ kind: 'progress', value: [{ id: 1, sent: 60, total: 100 }] });
    expect(queue.standing(moving).sent).toBe(80);
    queue.replace(snapshot({ revision: 2, jobs: [{ ...moving, sent: 10 }] }));
    expect(queue.standing(queue.jobs[0]!).sent).toBe(80);
  });

  it('begins anew after a failure', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 80, total: 100 });
    const { queue } = queueWith(moving);
    queue.replace(snapshot({ revision: 2, jobs: [{ ...moving, state: 'failed', sent: 0 }] }));
    queue.replace(snapshot({ revision: 3, jobs: [{ ...moving, sent: 0 }] }));
    expect(queue.standing(queue.jobs[0]!).sent).toBe(0);
  });

  it('is stalled after thirty seconds without movement, and not before', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 50, total: 100 });
    const { queue, clock } = queueWith(moving);
    clock.pass(STALLED_AFTER - 1000);
    expect(queue.standing(moving).stalled).toBe(false);
    queue.tell({ kind: 'progress', value: [{ id: 1, sent: 50, total: 100 }] });
    clock.pass(1000);
    expect(queue.standing(moving).stalled).toBe(true);
    queue.tell({ kind: 'progress', value: [{ id: 1, sent: 51, total: 100 }] });
    expect(queue.standing(moving).stalled).toBe(false);
  });

  it('a paused job does not come back stalled', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 50, total: 100 });
    const { queue, clock } = queueWith(moving, job({ id: 2, state: 'uploading' }));
    queue.replace(snapshot({ revision: 2, jobs: [{ ...moving, state: 'paused' }] }));
    clock.time += 120_000;
    queue.replace(snapshot({ revision: 3, jobs: [{ ...moving, state: 'waiting' }] }));
    queue.replace(snapshot({ revision: 4, jobs: [moving] }));
    expect(queue.standing(moving).stalled).toBe(false);
  });

  it('gives speed and, when steady, the time left', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 0, total: 100_000, size: 100_000 });
    const { queue, clock } = queueWith(moving);
    for (let second = 1; second <= 8; second += 1) {
      clock.pass(1000);
      queue.tell({ kind: 'progress', value: [{ id: 1, sent: second * 1000, total: 100_000 }] });
    }
    expect(queue.speed).toBeCloseTo(1000, -2);
    expect(queue.timeLeft).toBeCloseTo(92, -1);
  });

  it('does not count bytes that were sent before the window was open', () => {
    const moving = job({ id: 1, state: 'uploading', sent: 900_000, total: 1_000_000 });
    const { queue } = queueWith(moving);
    queue.tell({ kind: 'progress', value: [{ id: 1, sent: 900_000, total: 1_000_000 }] });
    expect(queue.speed).toBe(0);
  });
});

describe('the clock', () => {
  it('ticks only while something moves', () => {
    const { queue, clock } = queueWith(job({ id: 1, state: 'uploading' }));
    expect(clock.ticking).toBe(true);
    queue.replace(snapshot({ revision: 2, jobs: [job({ id: 1, state: 'done' })] }));
    expect(clock.ticking).toBe(false);
  });
});

describe('the list', () => {
  it('keeps batches in order and leaves out the empty ones', () => {
    const queue = new Queue(new StandingClock());
    queue.replace(
      snapshot({ batches: [batch({ id: 3 }), batch({ id: 2 }), batch({ id: 1 })], jobs: [job({ id: 1, batch: 1 }), job({ id: 2, batch: 3 })] }),
    );
    expect(queue.batches.map(({ batch }) => batch.id)).toEqual([3, 1]);
  });

  it('is filtered by name, whatever the case and however accents are written', () => {
    const { queue } = queueWith(job({ name: 'Cafe\u0301.JPG' }), job({ name: 'quay.png' }));
    queue.query = 'café';
    expect(queue.shown.map(({ name }) => name)).toEqual(['Cafe\u0301.JPG']);
  });
});
