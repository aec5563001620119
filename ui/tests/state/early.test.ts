import { expect, it } from 'vitest';

import type { Backend } from '../../src/backend/backend';
import type { Event as Told } from '../../src/backend/contract';
import { early } from '../../src/backend/early';
import { MemoryBackend, refusal } from '../../src/backend/memory';
import { snapshot } from '../../src/backend/stories';

/** What was asked of the program, subscriptions among it, in order. */
function watched(program: MemoryBackend): { backend: Backend; asked: string[] } {
  const asked: string[] = [];
  const backend: Backend = {
    call(name, request) {
      asked.push(name);
      return program.call(name, request);
    },
    subscribe(listener) {
      asked.push('subscribe');
      return program.subscribe(listener);
    },
    thumbnail: (job) => program.thumbnail(job),
  };
  return { backend, asked };
}

it('listens before it asks for the snapshot, and loses nothing that comes before anybody listens', async () => {
  const program = new MemoryBackend(snapshot());
  const { backend, asked } = watched(program);
  const ahead = early(backend);
  await expect.poll(() => asked).toEqual(['subscribe', 'snapshot']);

  program.tell({ kind: 'dragging', value: true });
  const told: Told[] = [];
  const stop = await ahead.subscribe((event) => told.push(event));
  program.tell({ kind: 'dragging', value: false });
  expect(told).toEqual([
    { kind: 'dragging', value: true },
    { kind: 'dragging', value: false },
  ]);
  expect((await ahead.call('snapshot', null)).revision).toBe(program.snapshot.revision);
  expect(asked).toEqual(['subscribe', 'snapshot']);

  stop();
  program.tell({ kind: 'dragging', value: true });
  expect(told).toHaveLength(2);
});

it('asks anew once what was asked ahead is used up, as after a failed start', async () => {
  const program = new MemoryBackend(snapshot(), {
    snapshot: () => {
      throw refusal('disk', 'The disk is full.');
    },
  });
  const { backend, asked } = watched(program);
  const ahead = early(backend);
  await ahead.subscribe(() => {});
  await expect(ahead.call('snapshot', null)).rejects.toThrow('The disk is full.');

  program.answers = {};
  await ahead.subscribe(() => {});
  expect(await ahead.call('snapshot', null)).toMatchObject({ revision: program.snapshot.revision });
  expect(asked).toEqual(['subscribe', 'snapshot', 'subscribe', 'snapshot']);
});
