import * as m from '../paraglide/messages.js';

/** What the page can ask for. It has no IPC: the shell sees where it wants to go, and refuses to go there. */
export type Wish = 'close' | 'move';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The small window that takes drops. The shell takes them natively, and sets the body's class: `over` while something
 * is held above it, `taken` when it was let go.
 */
export function dropPage(root: HTMLElement, ask: (wish: Wish) => void): void {
  const target = element('div', 'target');
  target.append(kite(), words('resting', m.drop_window_resting()), words('over', m.drop_here()), words('taken', m.drop_window_taken()));
  target.addEventListener('mousedown', (event) => {
    if (event.button === 0) ask('move');
  });

  const close = element('button', 'close');
  close.type = 'button';
  close.title = m.action_close();
  close.setAttribute('aria-label', m.action_close());
  close.append(cross());
  close.addEventListener('click', () => ask('close'));

  root.append(target, close);
  root.ownerDocument.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') ask('close');
  });
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, kind: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = kind;
  return made;
}

function words(state: string, text: string): HTMLElement {
  const line = element('p', state);
  line.textContent = text;
  return line;
}

function drawing(kind: string, box: string, paths: [kind: string, d: string][]): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', kind);
  svg.setAttribute('viewBox', box);
  svg.setAttribute('aria-hidden', 'true');
  for (const [part, d] of paths) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', part);
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

/** As `components/Kite.svelte` draws it. */
function kite(): SVGElement {
  return drawing('kite', '0 0 64 64', [
    ['near', 'M50 4 24.6 12.8a2.6 2.6 0 0 0-1.7 2.2L19.5 47Z'],
    ['far', 'M50 4 54 31.4a2.6 2.6 0 0 1-1.3 2.6L19.5 47Z'],
    ['tail', 'M19.5 47c-1.2 6-6.4 5.2-8.6 9.2-1.3 2.4-.6 4.3-.6 4.3'],
  ]);
}

function cross(): SVGElement {
  return drawing('cross', '0 0 16 16', [['stroke', 'M4 4l8 8M12 4l-8 8']]);
}
