import { describe, expect, it } from 'vitest';

import { problemOf, Refusal } from '../../src/backend/backend';
import { bytes } from '../../src/lib/bytes';
import { fileKind } from '../../src/lib/file-kind';
import { caps, strikes } from '../../src/lib/keys';
import { cutInTheMiddle } from '../../src/lib/middle';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 KB'],
  [1_050, '1.1 KB'],
  [999_600, '1 MB'],
  [99_960_000, '100 MB'],
  [1_240_000_000, '1.2 GB'],
  [-5, '0 B'],
])('%d bytes are %s', (count, words) => expect(bytes(count)).toBe(words));

describe('names cut in the middle', () => {
  it('keeps the end', () => {
    const [start, end] = cutInTheMiddle('fog over the outer harbour IMG_2204.jpg');
    expect(end).toBe('IMG_2204.jpg');
    expect(start + end).toBe('fog over the outer harbour IMG_2204.jpg');
  });

  it('does not cut a letter in two', () => {
    const name = `${'a'.repeat(20)}👩‍👩‍👧${'b'.repeat(11)}`;
    expect(cutInTheMiddle(name)[1]).toBe(`👩‍👩‍👧${'b'.repeat(11)}`);
  });

  it('leaves short names whole', () => expect(cutInTheMiddle('quay.png')).toEqual(['quay.png', '']));
});

it.each([
  ['a.JPG', null, 'image'],
  ['b.mov', 'video', 'video'],
  ['c.mp3', 'video', 'audio'],
  ['d.pdf', 'image', 'document'],
  ['e.zip', 'raw', 'archive'],
  ['f.json', 'raw', 'code'],
  ['g', 'image', 'image'],
  ['h.xyz', null, 'other'],
] as const)('%s is a kind of %s %s', (name, type, kind) => expect(fileKind(name, type)).toBe(kind));

describe('key strokes', () => {
  const press = (key: string, init: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...init });

  it('are told apart', () => {
    expect(strikes(press('o', { ctrlKey: true }), 'Mod+O')).toBe(true);
    expect(strikes(press('O', { ctrlKey: true, shiftKey: true }), 'Mod+O')).toBe(false);
    expect(strikes(press('O', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+O')).toBe(true);
    expect(strikes(press('o'), 'Mod+O')).toBe(false);
    expect(strikes(press('?', { shiftKey: true }), '?')).toBe(true);
    expect(strikes(press('?'), '?')).toBe(true);
    expect(strikes(press(' '), 'Space')).toBe(true);
    expect(strikes(press('r', { altKey: true }), 'R')).toBe(false);
  });

  it('are written as caps', () => expect(caps('Mod+Shift+C')).toEqual(['Ctrl', 'Shift', 'C']));
});

describe('what was thrown', () => {
  it('is a problem, whatever it was', () => {
    const problem = { kind: 'disk', message: 'Full.', hint: '', retry: 'never' } as const;
    expect(problemOf(problem)).toBe(problem);
    expect(problemOf(new Refusal(problem))).toBe(problem);
    expect(problemOf(new Error('rpc not allowed'))).toMatchObject({ kind: 'internal', message: 'rpc not allowed' });
    expect(problemOf('not allowed')).toMatchObject({ kind: 'internal', message: 'not allowed' });
  });
});
