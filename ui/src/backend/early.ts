import type { Backend } from './backend';
import type { Commands, Event as Told } from './contract';

/**
 * Listens to the program, and asks for the first snapshot, while the window's own script is still being read. Whoever
 * subscribes first is told what came meanwhile.
 */
export function early(backend: Backend): Backend {
  const missed: Told[] = [];
  let listener = (event: Told): void => void missed.push(event);
  let subscribed: Promise<() => void> | null = backend.subscribe((event) => listener(event));
  let snapshot: Promise<Commands['snapshot']['answer']> | null = subscribed.then(() => backend.call('snapshot', null));
  // Whoever asks for it hears why it failed.
  snapshot.catch(() => {});

  return {
    call(name, request) {
      const asked = name === 'snapshot' ? snapshot : null;
      if (asked === null) return backend.call(name, request);
      snapshot = null;
      return asked as Promise<Commands[typeof name]['answer']>;
    },

    async subscribe(wanted) {
      const asked = subscribed;
      if (asked === null) return backend.subscribe(wanted);
      subscribed = null;
      const unsubscribe = await asked;
      listener = wanted;
      for (const event of missed.splice(0)) wanted(event);
      return unsubscribe;
    },

    thumbnail: (job) => backend.thumbnail(job),
  };
}
