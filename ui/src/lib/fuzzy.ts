/**
 * How well typed letters name a thing: each typed word must begin a word of it, be inside of it, or be its letters in order.
 * Nothing when they do not; else the smaller, the better.
 */
export function fuzzy(typed: string, words: string): number | null {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  const text = plain(words);
  let cost = 0;
  for (const one of wanted) {
    const found = place(one, text);
    if (found === null) return null;
    cost += found;
  }
  return cost;
}

function place(wanted: string, text: string): number | null {
  if (text.startsWith(wanted)) return 0;
  const parts = text.split(/[\s\-–:/.,]+/).filter(Boolean);
  const begins = parts.findIndex((part) => part.startsWith(wanted));
  if (begins >= 0) return 1 + begins / 100;
  // The first letters of its words, as in “cl” for “Copy link”.
  if (parts.map((part) => part[0]).join('').includes(wanted)) return 3;
  const inside = text.indexOf(wanted);
  if (inside >= 0) return 4 + inside / 100;
  return scattered(wanted, text);
}

function scattered(wanted: string, text: string): number | null {
  let at = -1;
  let gaps = 0;
  for (const letter of wanted) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (at >= 0) gaps += next - at - 1;
    at = next;
  }
  // Letters that lie far from each other name nothing.
  return gaps > wanted.length * 2 ? null : 8 + gaps / 10;
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLocaleLowerCase().trim();
}
