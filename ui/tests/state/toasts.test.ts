import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Toasts } from '../../src/state/toasts.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('toasts', () => {
  it('one at a time, and it leaves', () => {
    const toasts = new Toasts();
    toasts.say('first');
    toasts.say('second');
    expect(toasts.current?.words).toBe('second');
    vi.advanceTimersByTime(6_000);
    expect(toasts.current).toBeNull();
  });

  it('one with an action stays longer', () => {
    const toasts = new Toasts();
    toasts.say('removed', { action: { words: 'Undo', run: () => {} } });
    vi.advanceTimersByTime(11_000);
    expect(toasts.current).not.toBeNull();
    vi.advanceTimersByTime(1_000);
    expect(toasts.current).toBeNull();
  });

  it('stays while it is held', () => {
    const toasts = new Toasts();
    toasts.say('hello');
    toasts.hold(true);
    vi.advanceTimersByTime(60_000);
    expect(toasts.current).not.toBeNull();
    toasts.hold(false);
    vi.advanceTimersByTime(6_000);
    expect(toasts.current).toBeNull();
  });
});
