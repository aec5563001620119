import { getLocale, notice, speak as begin } from '../lib/language';

let changes = $state(0);
notice(() => void changes);

/** Speaks another language at once: what has words in it draws itself anew. */
export function speak(code: string): void {
  if (code === getLocale()) return;
  begin(code);
  changes += 1;
}
