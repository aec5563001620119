import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';

import '../src/drop/drop.css';
import source from '../src/drop/drop.ts?raw';
import { dropPage, type Wish } from '../src/drop/drop';
import { accessible } from './window';

let root: HTMLElement;
let wishes: Wish[];

beforeEach(() => {
  root = document.createElement('main');
  root.id = 'drop';
  document.body.append(root);
  wishes = [];
  dropPage(root, (wish) => wishes.push(wish));
});

afterEach(() => {
  root.remove();
  document.body.className = '';
});

const words = () => [...root.querySelectorAll('p')].filter((line) => line.checkVisibility()).map((line) => line.textContent);

describe('the drop window', () => {
  it('is closed by its button, by keyboard and by Escape, and moved by the mouse', async () => {
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard('{Escape}');
    expect(wishes).toEqual(['close', 'close']);
    root.querySelector('.target')?.dispatchEvent(new MouseEvent('mousedown', { button: 0 }));
    expect(wishes).toEqual(['close', 'close', 'move']);
    await accessible();
  });

  it('says what a drop would do and did, as the shell sets its look', () => {
    expect(words()).toEqual(['Drop files here']);
    document.body.className = 'over';
    expect(words()).toEqual(['Drop to upload']);
    document.body.className = 'taken';
    expect(words()).toEqual(['Queued']);
  });

  it('can call nothing', () => {
    expect(source).not.toMatch(/invoke|__TAURI|fetch|import\(/);
  });
});
