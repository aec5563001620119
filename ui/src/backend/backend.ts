import type { Commands, Event as Told, Problem } from './contract';

/** The page's one door to the program: everything it asks, and everything it is told unasked. */
export interface Backend {
  /** Answers, or throws a {@link Refusal}. */
  call<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Commands[K]['answer']>;
  /** Tells the listener what happens from now on; answers how to stop. */
  subscribe(listener: (event: Told) => void): Promise<() => void>;
  /** The address of a job's small picture; it may turn out not to exist. */
  thumbnail(job: number): string | null;
}

/** A command that did not work. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'Refusal';
  }
}

/** What went wrong, whatever was thrown: a problem as it is, anything else as a fault of ours. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Refusal) return thrown.problem;
  if (isProblem(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: 'internal', message, hint: '', retry: 'never' };
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Problem).kind === 'string' &&
    typeof (value as Problem).message === 'string'
  );
}
