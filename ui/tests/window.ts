import axe from 'axe-core';
import { tick } from 'svelte';
import { expect } from 'vitest';
import { commands } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';

import AppView from '../src/App.svelte';
import type { MemoryBackend } from '../src/backend/memory';
import { App } from '../src/state/app.svelte';
import { later } from '../src/state/later.svelte';
import type { Clock } from '../src/state/queue.svelte';

/** A clock that stands until it is moved. */
export class StandingClock implements Clock {
  time = Date.parse('2026-11-24T10:30:00Z');
  ticking = false;
  #calls = new Set<() => void>();

  now = () => this.time;

  every = (_milliseconds: number, call: () => void) => {
    this.#calls.add(call);
    this.ticking = true;
    return () => {
      this.#calls.delete(call);
      this.ticking = this.#calls.size > 0;
    };
  };

  pass(milliseconds: number): void {
    for (let left = milliseconds; left > 0; left -= 1000) {
      this.time += Math.min(left, 1000);
      for (const call of this.#calls) call();
    }
  }
}

export async function started(backend: MemoryBackend, clock = new StandingClock()): Promise<App> {
  const app = new App(backend, clock);
  await Promise.all([app.start(), later.fetch()]);
  return app;
}

export async function show(backend: MemoryBackend, clock = new StandingClock()) {
  const app = await started(backend, clock);
  const screen = await render(AppView, { app });
  await settled();
  return { app, screen, clock, backend };
}

/** State is drawn, and what was asked of the backend has been answered. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await tick();
    await new Promise((resolve) => queueMicrotask(() => resolve(null)));
  }
}

export function all(testid: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`)];
}

export function one(testid: string): HTMLElement {
  const found = all(testid);
  if (found.length !== 1) throw new Error(`${found.length} elements are called ${testid}`);
  return found[0] as HTMLElement;
}

export function row(name: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-testid="job-row"][data-name="${name}"]`);
  if (found === null) throw new Error(`no row is called ${name}`);
  return found;
}

/** What the row's one sentence says. */
export function sentence(name: string): string {
  return row(name).querySelector('[data-testid="job-status"]')?.textContent?.trim() ?? '';
}

/** No violation of WCAG 2.2 AA, in light and in dark. */
export async function accessible(): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without motion, so that no colour is measured half way.
    await commands.emulate({ colorScheme, reducedMotion: 'reduce' });
    const found = await axe.run(document.body, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      // The page stands in a test frame: these two are about whole documents.
      rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
    });
    const words = found.violations.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`);
    expect(words).toEqual([]);
  }
}
