import { describe, expect, it } from 'vitest';

import { LIMITS, readId, readInfo, readParams, readParamsList, readWords } from '../../src/widget/shape';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('parameters', () => {
  it('are scalars and flat lists of scalars', () => {
    const given = { timestamp: 1764000000, source: 'uw', use_filename: false, folder: null, tags: ['a', 'b'] };
    expect(plain(readParams(given))).toEqual(given);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a string', 'timestamp=1'],
    ['an empty object', {}],
    ['a function in it', { timestamp: () => 1 }],
    ['a nested object', { context: { a: 'b' } }],
    ['a nested list', { tags: [['a']] }],
    ['a long string', { folder: 'x'.repeat(LIMITS.text + 1) }],
    ['a long key', { ['k'.repeat(101)]: 1 }],
    ['no number', { timestamp: Number.NaN }],
    ['too many keys', Object.fromEntries(Array.from({ length: LIMITS.keys + 1 }, (_, index) => [`k${index}`, 1]))],
    ['a long list', { tags: new Array(LIMITS.list + 1).fill('a') }],
    ['a huge list of nothing', { tags: new Array(4_000_000_000) }],
    ['a list with holes', { tags: new Array(3) }],
    ['much in all', Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, new Array(100).fill('x'.repeat(100))]))],
    ['a map', new Map([['timestamp', 1]])],
    ['a date', new Date()],
    ['a symbol key', { timestamp: 1, [Symbol('x')]: 1 }],
    ['an object with a prototype of its own', Object.create(Object.create({ timestamp: 1 }) as object)],
  ])('%s is refused', (_what, given) => expect(readParams(given)).toBeNull());

  it('a getter is refused and never run', () => {
    let ran = false;
    const trap = {
      get timestamp() {
        ran = true;
        return 1;
      },
    };
    expect(readParams(trap)).toBeNull();
    expect(readParams({ tags: Object.defineProperty(['a'], 0, { get: () => (ran = true) }) })).toBeNull();
    expect(readInfo(trap)).toBeNull();
    expect(ran).toBe(false);
  });

  it('a key that would reach a prototype stays a key', () => {
    const params = readParams(JSON.parse('{"__proto__":"x","timestamp":1}'));
    expect(Object.keys(params ?? {})).toEqual(['__proto__', 'timestamp']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('several are a list, one is not', () => {
    expect(readParamsList({ a: 1 })).toMatchObject({ many: false });
    expect(readParamsList([{ a: 1 }, { b: 2 }])).toMatchObject({ many: true });
    expect(readParamsList([])).toBeNull();
    expect(readParamsList([{ a: 1 }, 'b'])).toBeNull();
    expect(readParamsList(new Array(LIMITS.batch + 1).fill({ a: 1 }))).toBeNull();
  });
});

describe('reports', () => {
  it('are copied as JSON', () => {
    const info = { public_id: 'a', version: 1, eager: [{ width: 1, url: 'https://x' }], etag: null, ok: true };
    const read = readInfo(info);
    expect(plain(read)).toEqual(info);
    expect(read).not.toBe(info);
  });

  it.each<[string, unknown]>([
    ['a list', []],
    ['a string', 'x'],
    ['too much text', { a: 'x'.repeat(LIMITS.infoBytes) }],
    ['too much in all', { a: new Array(3000).fill('x'.repeat(30)) }],
    ['too deep', { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } }],
    ['too many parts', { a: new Array(LIMITS.infoNodes + 1).fill(0) }],
    ['a function', { a: () => 1 }],
    ['undefined', { a: undefined }],
    ['a cycle', (() => { const one: Record<string, unknown> = {}; one['one'] = one; return one; })()],
  ])('%s is refused', (_what, given) => expect(readInfo(given)).toBeNull());
});

it('numbers of messages are whole and not negative', () => {
  expect([0, 7, -1, 1.5, Number.NaN, '1', null].map(readId)).toEqual([0, 7, null, null, null, null, null]);
});

it('words are cut and have no control characters', () => {
  expect(readWords('a\u0000\u202eb\n')).toBe('a b');
  expect(readWords('x'.repeat(500))).toHaveLength(300);
  expect(readWords({})).toBe('');
});
