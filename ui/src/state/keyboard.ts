import { strikes } from '../lib/keys';
import { actions, isReady } from './actions';
import type { App } from './app.svelte';
import { inFull } from './problems';

/** Takes a key stroke to the action it belongs to; false when it is the page's own business. */
export function press(app: App, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || app.sheet !== null) return false;
  const element = event.target instanceof Element ? event.target : null;
  const typing = element?.closest('input, textarea, select, [contenteditable]') ?? null;
  const bare = !(event.ctrlKey || event.metaKey);
  // A menu or dialog keeps its keys to itself.
  if (element?.closest('[role="menu"], [role="dialog"]')) return false;

  const listed = element?.closest('[data-list]') !== null && element !== null;
  const onButton = element?.closest('button, a') ?? null;

  if (app.onboarding || app.adding !== null) {
    if (typing === null && strikes(event, 'Mod+V') && (app.adding?.way ?? 'choose') === 'choose') {
      void app.accounts.paste().then((problem) => {
        if (problem !== null) app.toasts.say(inFull(problem), { tone: 'trouble' });
      });
      return true;
    }
    if (typing !== null || !strikes(event, '?')) return false;
  }

  for (const action of actions) {
    if (action.key === null || !strikes(event, action.key)) continue;
    if (action.inList && !listed) continue;
    // The list is out of reach behind the settings.
    if (app.settings.open && (!['window', 'account'].includes(action.group) || action.id === 'find')) continue;
    if (typing !== null && (bare || EDITING.includes(action.key))) continue;
    if (onButton !== null && bare && (event.key === ' ' || event.key === 'Enter')) continue;
    if (action.key === 'Mod+C' && String(getSelection() ?? '') !== '') continue;
    if (!isReady(action, app)) continue;
    void action.run(app);
    return true;
  }
  return false;
}

/** Strokes that a text field needs for itself. */
const EDITING = ['Mod+A', 'Mod+C', 'Mod+V', 'Mod+X', 'Mod+Z'];
