import type { AddReport } from '../backend/contract';
import * as m from '../paraglide/messages.js';
import { inShort } from './problems';
import type { Toast } from './toasts.svelte';

/** What to say about things that were added; nothing about nothing. The reason is that of the first that was left out. */
export function addedWords({ added, skipped }: AddReport): { words: string; tone: Toast['tone'] } {
  const taken = added > 0 ? [m.said_added({ count: added })] : [];
  const [first] = skipped;
  if (first === undefined) return { words: taken.join(' '), tone: 'plain' };
  const why = first.name === '' ? inShort(first.problem) : `${first.name}: ${inShort(first.problem)}`;
  return { words: [...taken, m.said_left_out({ count: skipped.length }), why].join(' '), tone: 'trouble' };
}
