import * as m from '../paraglide/messages.js';
import { asProblem, button, element, facts, leaving, type SecretIpc, Trouble } from './parts';

/**
 * Shows a secret until the program closes the window. The count is for the eye; a screen reader hears once how long it
 * stays. The page lets go of it at the end too, should the window outlive it.
 */
export function revealPage(root: HTMLElement, query: URLSearchParams, ipc: SecretIpc): void {
  const trouble = new Trouble();
  const shown = element('output', '', 'shown');
  shown.dir = 'ltr';
  shown.dataset.testid = 'secret-shown';
  shown.setAttribute('aria-label', m.secret_field());
  const status = element('p', '', 'unseen');
  status.setAttribute('role', 'status');
  const count = element('p', '', 'about');
  count.setAttribute('aria-hidden', 'true');
  count.dataset.testid = 'secret-count';
  const acts = element('div', '', 'acts');
  const hide = button(m.reveal_hide(), 'button primary', 'secret-hide');
  acts.append(hide);
  const label = query.get('label') || query.get('cloud') || '';
  root.replaceChildren(element('h1', m.secret_title({ label })), facts(query), shown, count, status, trouble.place, acts);
  hide.focus();

  let ticking: ReturnType<typeof setInterval> | undefined;
  const leave = () => {
    clearInterval(ticking);
    shown.textContent = '';
    count.textContent = '';
    void ipc.cancel().catch((thrown: unknown) => trouble.say(asProblem(thrown).message));
  };
  hide.addEventListener('click', leave);
  leaving(leave);

  ipc.reveal().then(
    ({ secret, seconds }) => {
      shown.textContent = secret;
      status.textContent = m.reveal_said({ count: seconds });
      let left = seconds;
      count.textContent = m.reveal_left({ count: left });
      ticking = setInterval(() => {
        left -= 1;
        if (left <= 0) leave();
        else count.textContent = m.reveal_left({ count: left });
      }, 1000);
    },
    (thrown: unknown) => {
      const { message, hint } = asProblem(thrown);
      trouble.say(message, hint);
    },
  );
}
