import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import type { CheckedChoices, Choices, MetadataField } from '../../src/backend/contract';
import { MemoryBackend } from '../../src/backend/memory';
import { account, presetAccount, problem, snapshot, story } from '../../src/backend/stories';
import { nothing } from '../../src/state/options.svelte';
import { accessible, all, one, settled, show } from '../window';

const keys = userEvent.keyboard;
const input = (testid: string) => one(testid) as HTMLInputElement;

afterEach(async () => {
  document.documentElement.removeAttribute('dir');
  document.documentElement.style.fontSize = '';
  await page.viewport(760, 560);
});

async function opened(backend = story('busy')) {
  const shown = await show(backend);
  shown.app.openOptions();
  await expect.poll(() => all('options-sheet')).toHaveLength(1);
  await settled();
  return shown;
}

/** What the checks were last asked about. */
const set = (backend: MemoryBackend): Choices => {
  const last = backend.asked('check_choices').at(-1);
  if (last === undefined) throw new Error('nothing was checked');
  return last.choices;
};

const found = (change: Partial<CheckedChoices> = {}): CheckedChoices => ({
  faults: [],
  notes: [],
  example: { name: 'harbour.jpg', publicId: 'harbour_x7k2ab', link: 'https://res.example/harbour_x7k2ab.jpg' },
  ...change,
});

describe('the sheet of options', () => {
  it('opens from the add menu with the account’s defaults, and uploads with what is set', async () => {
    const backend = story('busy');
    backend.answers.choices = ({ id }) => ({ account: id, choices: { ...nothing(), tags: ['press'] }, askEachTime: false });
    backend.answers.add = () => ({ added: 2, skipped: [] });
    await show(backend);
    await userEvent.click(one('add-menu'));
    await expect.poll(() => all('add-with-options')).toHaveLength(1);
    await userEvent.click(one('add-with-options'));
    await expect.poll(() => all('tag')).toHaveLength(1);
    await accessible();

    await userEvent.fill(input('options-folder'), 'trips/2026');
    await userEvent.click(input('options-tags'));
    await keys('sea,wind{Enter}');
    await userEvent.selectOptions(one('options-id'), 'name');
    await userEvent.click(one('options-overwrite'));
    await expect.poll(() => one('options-example').textContent).toContain('trips/2026/harbour.jpg');
    await userEvent.click(one('options-submit'));
    await expect.poll(() => all('options-sheet')).toHaveLength(0);
    expect(backend.asked('add')).toEqual([
      {
        from: 'fileDialog',
        account: 'harbour',
        choices: { ...nothing(), folder: 'trips/2026', tags: ['press', 'sea', 'wind'], publicId: { kind: 'name' }, overwrite: true },
      },
    ]);
    expect(one('live-region').textContent).toContain('Added 2 files.');
  });

  it('stays when the dialog was dismissed, and closes with Escape without a trace', async () => {
    const { backend } = await opened();
    await userEvent.click(one('options-paste'));
    await expect.poll(() => backend.asked('add')).toHaveLength(1);
    await settled();
    expect(all('options-sheet')).toHaveLength(1);
    await keys('{Escape}');
    await expect.poll(() => all('options-sheet')).toHaveLength(0);
    expect(backend.asked('drop_held')).toEqual([]);
  });

  it('says what is wrong at its field, unfolds it, and lets nothing go', async () => {
    const backend = story('busy');
    backend.answers.check_choices = () =>
      found({
        faults: [
          { field: 'folder', message: 'A folder may not have the character & in its name.' },
          { field: 'moderation', message: 'Moderation by hand comes last.' },
        ],
        notes: [{ field: 'overwrite', message: 'There is nothing to replace.' }],
      });
    await opened(backend);
    await expect.poll(() => input('options-folder').getAttribute('aria-invalid')).toBe('true');
    const said = document.getElementById(input('options-folder').getAttribute('aria-describedby') ?? '');
    expect(said?.textContent).toContain('character &');
    await expect.element(page.getByText('Moderation by hand comes last.')).toBeVisible();
    await expect.element(page.getByText('There is nothing to replace.')).toBeVisible();
    expect((one('options-submit') as HTMLButtonElement).disabled).toBe(true);
    await accessible();
  });

  it('asks once more when something changed while a check was under way', async () => {
    const backend = story('busy');
    const waiting: ((checked: CheckedChoices) => void)[] = [];
    await opened(backend);
    backend.answers.check_choices = () => new Promise((answer) => waiting.push(answer));
    const before = backend.asked('check_choices').length;
    await userEvent.fill(input('options-folder'), 'a');
    await userEvent.fill(input('options-folder'), 'ab');
    await userEvent.fill(input('options-folder'), 'abc');
    expect(backend.asked('check_choices')).toHaveLength(before + 1);
    waiting[0]?.(found());
    await expect.poll(() => waiting.length).toBe(2);
    expect(set(backend).folder).toBe('abc');
    waiting[1]?.(found({ faults: [{ field: 'folder', message: 'The last word.' }] }));
    await expect.element(page.getByText('The last word.')).toBeVisible();
  });
});

describe('completion', () => {
  it('offers folders by key, keeps what is typed, and takes what is chosen', async () => {
    const backend = story('busy');
    backend.answers.suggest = ({ typed }) => ({ values: typed === '' ? ['press', 'trips'] : ['trips'], fields: [], problem: null });
    await opened(backend);
    input('options-folder').focus();
    await keys('{ArrowDown}');
    await expect.poll(() => document.querySelectorAll('[role="option"]').length).toBe(2);
    expect(input('options-folder').getAttribute('aria-expanded')).toBe('true');
    await accessible();
    await keys('{ArrowDown}{ArrowDown}');
    const active = input('options-folder').getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)?.textContent).toBe('trips');
    await keys('{Escape}');
    await expect.poll(() => input('options-folder').getAttribute('aria-expanded')).toBe('false');
    expect(all('options-sheet')).toHaveLength(1);
    expect(input('options-folder').value).toBe('');

    await keys('tri');
    await expect.poll(() => document.querySelectorAll('[role="option"]').length).toBe(1);
    expect(input('options-folder').value).toBe('tri');
    await keys('{ArrowDown}{Enter}');
    await expect.poll(() => input('options-folder').value).toBe('trips');
    await expect.poll(() => set(backend).folder).toBe('trips');
  });

  it('says why nothing is offered, and takes what is typed', async () => {
    const backend = story('busy');
    backend.answers.suggest = () => ({ values: [], fields: [], problem: problem('unreachable', 'Cloudinary cannot be reached.') });
    await opened(backend);
    await userEvent.click(one('options-more'));
    await expect.poll(() => one('options-silence').textContent).toContain('Cloudinary cannot be reached.');
    await userEvent.fill(input('options-preset'), 'web');
    await expect.poll(() => set(backend).uploadPreset).toBe('web');
    await userEvent.click(one('metadata-add'));
    await userEvent.fill(input('metadata-field'), 'rights');
    await userEvent.fill(input('metadata-value'), 'own');
    await expect.poll(() => set(backend).metadata).toEqual([{ field: 'rights', values: ['own'], several: false }]);
  });
});

describe('what is further', () => {
  const fields: MetadataField[] = [
    { id: 'rights', label: 'Rights', kind: 'one', mandatory: false, allowed: [{ id: 'own', label: 'Our own' }] },
    { id: 'places', label: 'Places', kind: 'several', mandatory: false, allowed: [{ id: 'n', label: 'North' }, { id: 's', label: 'South' }] },
  ];

  it('is folded, and sets context, metadata, kinds and transformations', async () => {
    const backend = story('busy');
    backend.answers.suggest = ({ what }) => ({ values: [], fields: what === 'metadata' ? fields : [], problem: null });
    await opened(backend);
    await expect.element(one('options-moderation')).not.toBeVisible();
    await userEvent.click(one('options-more'));
    await userEvent.click(one('context-add'));
    await expect.poll(() => document.activeElement).toBe(one('context-key'));
    await keys('alt{Tab}A ferry');
    await userEvent.selectOptions(one('metadata-add'), 'places');
    await page.getByRole('checkbox', { name: 'South' }).click();
    await userEvent.selectOptions(one('options-delivery'), 'authenticated');
    await userEvent.selectOptions(one('options-type'), 'image');
    await userEvent.fill(input('options-transformation'), 'c_limit,w_2000');
    await userEvent.fill(input('options-eager'), 'w_200\nw_400/jpg');
    await userEvent.fill(input('options-moderation'), 'manual');
    await expect.poll(() => set(backend)).toEqual({
      ...nothing(),
      context: [{ key: 'alt', value: 'A ferry' }],
      metadata: [{ field: 'places', values: ['s'], several: true }],
      deliveryType: 'authenticated',
      resourceType: 'image',
      transformation: 'c_limit,w_2000',
      eager: ['w_200', 'w_400/jpg'],
      moderation: 'manual',
    });
    await accessible();
  });

  it.each([
    [760, 560, '100%', 'ltr'],
    [320, 560, '100%', 'ltr'],
    [420, 480, '200%', 'rtl'],
  ])('fits %d × %d at %s, %s', async (width, height, size, dir) => {
    const backend = story('busy');
    const choices: Choices = {
      ...nothing(),
      folder: 'a/very/long/folder/with/many/levels/that/goes/on',
      tags: ['a tag that is rather long for a tag', 'sea'],
      context: [{ key: 'alt', value: 'words' }],
      metadata: [{ field: 'rights', values: ['own'], several: false }],
      publicId: { kind: 'rule', rule: '{date}/{name}-{random}' },
    };
    backend.answers.choices = ({ id }) => ({ account: id, choices, askEachTime: false });
    await page.viewport(width, height);
    document.documentElement.style.fontSize = size;
    document.documentElement.dir = dir;
    await opened(backend);
    await expect.poll(() => all('tag')).toHaveLength(2);
    const sheet = one('options-sheet').getBoundingClientRect();
    expect(sheet.left >= 0 && sheet.right <= width).toBe(true);
    const wide = [...one('options-sheet').querySelectorAll('button, input, select, textarea, p')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.left < sheet.left || box.right > sheet.right);
    });
    expect(wide.map((element) => element.outerHTML.slice(0, 100))).toEqual([]);
  });
});

describe('what is held', () => {
  const waiting = { account: 'harbour', count: 3, bytes: 4_200_000, names: ['a.jpg', 'b.jpg', 'c.jpg'] };

  it('opens the sheet by itself, and goes as it is said', async () => {
    const backend = story('busy');
    backend.answers.add = () => {
      backend.change(() => ({ held: null }));
      return { added: 3, skipped: [] };
    };
    await show(backend);
    backend.change(() => ({ held: waiting }));
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
    expect(one('options-sheet').textContent).toContain('Upload 3 items');
    expect(one('options-held').textContent).toContain('a.jpg, b.jpg, c.jpg · 4.2 MB');
    expect(one('options-for').textContent).toContain('For “Harbour studio”');
    await expect.poll(() => backend.asked('check_choices').at(-1)?.names).toEqual(waiting.names);
    await accessible();
    await userEvent.fill(input('options-folder'), 'press');
    await userEvent.click(one('options-submit'));
    await expect.poll(() => all('options-sheet')).toHaveLength(0);
    expect(backend.asked('add')).toEqual([{ from: 'held', account: 'harbour', choices: { ...nothing(), folder: 'press' } }]);
  });

  it('is put back with Escape, which is said', async () => {
    const backend = new MemoryBackend(snapshot({ held: waiting }));
    await show(backend);
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
    await keys('{Escape}');
    await expect.poll(() => one('live-region').textContent).toContain('a.jpg and the rest of 3 items were put back.');
    expect(backend.asked('drop_held')).toEqual([{ id: 'harbour' }]);
    expect(all('options-sheet')).toHaveLength(0);

    await keys('{ControlOrMeta>}z{/ControlOrMeta}');
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
    expect(backend.asked('hold_again')).toEqual([{ undo: 1 }]);
    expect(one('options-held').textContent).toContain('a.jpg');
  });

  it('asks for the account that it was added for, and then for the next', async () => {
    const accounts = [account(), account({ id: 'attic', label: 'Attic' })];
    const backend = new MemoryBackend(snapshot({ accounts, active: 'harbour', held: { ...waiting, account: 'attic' } }));
    backend.answers.add = () => {
      backend.change(() => ({ held: waiting }));
      return { added: 3, skipped: [] };
    };
    await show(backend);
    await expect.poll(() => one('options-for').textContent).toContain('For “Attic”');
    await expect.poll(() => (one('options-submit') as HTMLButtonElement).disabled).toBe(false);
    await userEvent.click(one('options-submit'));
    await expect.poll(() => one('options-for').textContent).toContain('For “Harbour studio”');
    expect(backend.asked('add').map((request) => request.account)).toEqual(['attic']);
  });

  it('closes when it was decided elsewhere, and asks for what another account waits for', async () => {
    const accounts = [account(), account({ id: 'attic', label: 'Attic' })];
    const backend = new MemoryBackend(snapshot({ accounts, active: 'harbour', held: waiting }));
    await show(backend);
    await expect.poll(() => one('options-for').textContent).toContain('For “Harbour studio”');
    backend.change(() => ({ held: { ...waiting, account: 'attic' } }));
    await expect.poll(() => one('options-for').textContent).toContain('For “Attic”');
  });

  it('does not ask again when a snapshot that was on its way still tells of it', async () => {
    const backend = new MemoryBackend(snapshot({ held: waiting }), { drop_held: () => ({ held: waiting, undo: 7 }) });
    await show(backend);
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
    await userEvent.click(one('options-put-back'));
    await expect.poll(() => backend.asked('drop_held')).toHaveLength(1);
    backend.change(() => ({}));
    await settled();
    expect(all('options-sheet')).toHaveLength(0);
    backend.change(() => ({ held: null }));
    backend.change(() => ({ held: waiting }));
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
  });

  it('waits until another sheet is closed, and what is being filled in stays', async () => {
    const backend = new MemoryBackend(snapshot());
    const { app } = await show(backend);
    app.openOptions();
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
    await userEvent.fill(input('options-folder'), 'press');
    backend.change(() => ({ held: waiting }));
    await settled();
    expect(input('options-folder').value).toBe('press');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => one('options-sheet').textContent).toContain('Upload');
    await expect.poll(() => input('options-folder').value).toBe('');
  });

  it('grows while the sheet is open', async () => {
    const backend = new MemoryBackend(snapshot({ held: { account: 'harbour', count: 1, bytes: 10, names: ['a.jpg'] } }));
    await show(backend);
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
    await userEvent.fill(input('options-folder'), 'press');
    backend.change(() => ({ held: { account: 'harbour', count: 2, bytes: 20, names: ['a.jpg', 'b.jpg'] } }));
    await expect.poll(() => one('options-sheet').textContent).toContain('Upload 2 items');
    expect(input('options-folder').value).toBe('press');
  });
});

describe('the defaults of an account', () => {
  it('are kept from the account menu, without an exact ID', async () => {
    const { backend } = await show(story('busy'));
    await userEvent.click(one('account-menu'));
    await page.getByRole('menuitem', { name: 'Upload defaults…' }).click();
    await expect.poll(() => all('options-sheet')).toHaveLength(1);
    await accessible();
    expect(one('options-id').textContent).not.toContain('Exactly this');
    await userEvent.fill(input('options-folder'), 'press');
    await userEvent.click(one('options-ask'));
    await userEvent.click(one('options-submit'));
    await expect.poll(() => one('live-region').textContent).toContain('Defaults for Harbour studio are kept.');
    expect(backend.asked('set_choices')).toEqual([{ account: 'harbour', choices: { ...nothing(), folder: 'press' }, askEachTime: true }]);
  });

  it('of an account without a key have no preset to choose', async () => {
    await opened(new MemoryBackend(snapshot({ accounts: [presetAccount, account()] })));
    await userEvent.click(one('options-more'));
    expect(all('options-preset')).toEqual([]);
  });
});
