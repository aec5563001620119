import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';

import { refusal } from '../../src/backend/memory';
import { story } from '../../src/backend/stories';
import { accessible, all, one, settled, show } from '../window';

const backend = (change: (backend: ReturnType<typeof story>) => void = () => undefined) => {
  const made = story('settings');
  change(made);
  return made;
};

async function opened(made = backend()) {
  const shown = await show(made);
  shown.app.settings.show('background');
  await settled();
  return shown;
}

const field = () => one('integration') as HTMLInputElement;

describe('the file manager', () => {
  it('gets Aloft’s entries and loses them again, and says where they are', async () => {
    const { backend } = await opened();
    expect(all('integration-entry')).toHaveLength(0);
    await page.getByRole('switch', { name: 'Upload from the file manager' }).click();
    await expect.poll(() => all('integration-entry')).toHaveLength(1);
    expect(one('integration-entry').textContent).toContain('nautilus/scripts');
    expect(field().checked).toBe(true);
    await accessible();
    field().click();
    await expect.poll(() => all('integration-entry')).toHaveLength(0);
    expect(backend.asked('set_integration')).toEqual([{ on: true }, { on: false }]);
  });

  it('cannot be switched where there can be no entries, and says why', async () => {
    const problem = { kind: 'not_here', message: 'Aloft has no entries for the Finder.', hint: '', retry: 'never' } as const;
    await opened(backend((made) => (made.integration = { installed: false, entries: [], problem })));
    await expect.poll(() => field().disabled).toBe(true);
    expect(document.body.textContent).toContain('no entries for the Finder');
  });

  it('shows what is amiss, and stays as it was when it is refused', async () => {
    const { problem } = refusal('name_taken', 'It is not Aloft’s.', 'Move it away.');
    const made = backend((made) => (made.integration = { installed: true, entries: [], problem }));
    made.answers = {
      set_integration: () => {
        throw refusal('disk', 'The disk is full.');
      },
    };
    await opened(made);
    await expect.poll(() => document.querySelector('[role="alert"]')?.textContent).toContain('not Aloft’s');
    field().click();
    await expect.poll(() => document.querySelector('[role="alert"]')?.textContent).toContain('The disk is full');
    expect(field().checked).toBe(true);
  });
});
