/** A key combination that works everywhere, as the program keeps it: `Ctrl+Shift+U`. */

const NAMED = /^(F\d{1,2}|Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown|Insert|Delete|Space|Backspace|Enter|Minus|Equal|Comma|Period|Slash|Semicolon|Quote|Backslash|BracketLeft|BracketRight|Backquote)$/;

/** The modifiers of a key press, in their order. */
export function held(event: KeyboardEvent): string {
  const modifiers: [boolean, string][] = [
    [event.ctrlKey, 'Ctrl'],
    [event.altKey, 'Alt'],
    [event.shiftKey, 'Shift'],
    [event.metaKey, 'Super'],
  ];
  return modifiers.filter(([on]) => on).map(([, name]) => name).join('+');
}

/** The whole combination; nothing while only modifiers are down, or for a key that would be lost to typing. */
export function combination(event: KeyboardEvent): string | null {
  const key = keyName(event.code);
  const typed = !(event.ctrlKey || event.altKey || event.metaKey) && !/^F\d/.test(event.code);
  if (key === null || typed) return null;
  return [held(event), key].filter(Boolean).join('+');
}

/** By its place and not by what it types: the same keys work in every layout. */
function keyName(code: string): string | null {
  const letter = /^(?:Key([A-Z])|Digit(\d))$/.exec(code);
  if (letter !== null) return letter[1] ?? letter[2] ?? null;
  return NAMED.test(code) ? code : null;
}
