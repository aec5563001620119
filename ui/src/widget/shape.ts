/**
 * What comes out of the foreign frame is read as if it were meant to harm: only own data
 * properties, never a getter, within counted limits, into fresh objects.
 */

export const LIMITS = { keys: 30, text: 2000, list: 100, infoBytes: 64 * 1024, infoDepth: 6, infoNodes: 4000, batch: 100 } as const;

export type Scalar = string | number | boolean | null;
export type Params = Record<string, Scalar | Scalar[]>;

/** Own data properties of a plain object; nothing when it is something else or has accessors. */
export function plainEntries(value: unknown, most: number): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm has that realm's prototype, which itself ends the chain.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return null;
  const keys = Reflect.ownKeys(value);
  if (keys.length > most) return null;
  const entries: [string, unknown][] = [];
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (typeof key !== 'string' || property === undefined || !('value' in property)) return null;
    entries.push([key, property.value]);
  }
  return entries;
}

/** The items of an ordinary array, read as data; nothing when it is longer than allowed. */
function plainItems(value: unknown, most: number): unknown[] | null {
  if (!Array.isArray(value) || value.length > most) return null;
  const items: unknown[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const property = Object.getOwnPropertyDescriptor(value, index);
    if (property === undefined || !('value' in property)) return null;
    items.push(property.value);
  }
  return items;
}

function scalar(value: unknown): value is Scalar {
  if (typeof value === 'string') return value.length <= LIMITS.text;
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'boolean' || value === null;
}

/** One upload's parameters: at most 30, each a scalar or a flat list of scalars. */
export function readParams(value: unknown): Params | null {
  const entries = plainEntries(value, LIMITS.keys);
  if (entries === null || entries.length === 0) return null;
  const params: Params = Object.create(null) as Params;
  let size = 0;
  for (const [key, given] of entries) {
    if (key.length === 0 || key.length > 100) return null;
    let read: Scalar | Scalar[];
    if (scalar(given)) {
      read = given;
    } else {
      const items = plainItems(given, LIMITS.list);
      if (items === null || !items.every(scalar)) return null;
      read = items;
    }
    params[key] = read;
    size += key.length + JSON.stringify(read).length;
    if (size > LIMITS.infoBytes) return null;
  }
  return params;
}

/** The parameters of one upload, or of several that one answer is wanted for. */
export function readParamsList(value: unknown): { many: boolean; list: Params[] } | null {
  if (!Array.isArray(value)) {
    const one = readParams(value);
    return one === null ? null : { many: false, list: [one] };
  }
  const items = plainItems(value, LIMITS.batch);
  if (items === null || items.length === 0) return null;
  const list: Params[] = [];
  for (const item of items) {
    const params = readParams(item);
    if (params === null) return null;
    list.push(params);
  }
  return { many: true, list };
}

/** A widget's report as plain JSON of at most 64 KB. */
export function readInfo(value: unknown): Record<string, unknown> | null {
  let nodes = 0;
  let size = 2;
  const failed = Symbol('failed');

  function copy(from: unknown, depth: number): unknown {
    nodes += 1;
    if (nodes > LIMITS.infoNodes || depth > LIMITS.infoDepth || size > LIMITS.infoBytes) return failed;
    if (typeof from === 'string' || typeof from === 'boolean' || from === null || (typeof from === 'number' && Number.isFinite(from))) {
      if (typeof from === 'string' && from.length > LIMITS.infoBytes) return failed;
      size += JSON.stringify(from).length + 1;
      return from;
    }
    if (Array.isArray(from)) {
      const items = plainItems(from, LIMITS.infoNodes);
      if (items === null) return failed;
      size += 2;
      const made = items.map((item) => copy(item, depth + 1));
      return made.includes(failed) ? failed : made;
    }
    const entries = plainEntries(from, LIMITS.infoNodes);
    if (entries === null) return failed;
    size += 2;
    const made: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of entries) {
      size += key.length + 4;
      const read = copy(item, depth + 1);
      if (read === failed) return failed;
      made[key] = read;
    }
    return made;
  }

  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const made = copy(value, 0);
  return made === failed || size > LIMITS.infoBytes ? null : (made as Record<string, unknown>);
}

/** A message's number: what an answer carries back. */
export function readId(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Words from the other side, for a person: cut, and without control characters. */
export function readWords(value: unknown, most = 300): string {
  if (typeof value !== 'string') return '';
  return value
    .slice(0, most)
    .replace(/\p{C}+/gu, ' ')
    .trim();
}
