/** Key strokes as the registry writes them: `Mod+Shift+O`, where Mod is Ctrl, or Command on a Mac. */

const MAC = /mac|iphone|ipad/i.test(navigator.platform);

interface Stroke {
  mod: boolean;
  shift: boolean;
  key: string;
}

function parse(stroke: string): Stroke {
  const parts = stroke.split('+');
  const key = parts.pop() ?? '';
  return { mod: parts.includes('Mod'), shift: parts.includes('Shift'), key: key.toLowerCase() };
}

export function strikes(event: KeyboardEvent, stroke: string): boolean {
  const wanted = parse(stroke);
  if (event.altKey) return false;
  const mod = MAC ? event.metaKey : event.ctrlKey;
  if (mod !== wanted.mod || (MAC ? event.ctrlKey : event.metaKey)) return false;
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  if (key !== wanted.key) return false;
  // A sign such as “?” needs Shift on some keyboards and not on others.
  const isSign = wanted.key.length === 1 && !/[a-z0-9]/.test(wanted.key);
  return isSign || event.shiftKey === wanted.shift;
}

/** The stroke's caps, for `<kbd>`. */
export function caps(stroke: string): string[] {
  return stroke.split('+').map((part) => {
    if (part === 'Mod') return MAC ? '⌘' : 'Ctrl';
    if (part === 'Shift') return MAC ? '⇧' : 'Shift';
    return part;
  });
}

/** The stroke for `aria-keyshortcuts`. */
export function aria(stroke: string): string {
  return stroke.replace('Mod', MAC ? 'Meta' : 'Control');
}
