import { describe, expect, it } from 'vitest';

import type { JobView } from '../../src/backend/contract';
import { account, doneJob, job, problem, sandboxAccount, presetAccount } from '../../src/backend/stories';
import { isFinishing, jobSentence, keepingSentence, timeLeft } from '../../src/state/sentences';

const now = Date.parse('2026-11-24T10:30:00Z');
const say = (one: JobView, stalled = false, of = account()) => jobSentence(one, { sent: one.sent, total: one.total, stalled }, of, now);

describe('one sentence a row', () => {
  it.each<[JobView, string]>([
    [job({ state: 'waiting' }), 'Waiting'],
    [job({ state: 'waiting', warning: 'Waiting, and probably too large.' }), 'Waiting, and probably too large.'],
    [job({ state: 'preparing' }), 'Reading the file'],
    [job({ state: 'uploading', sent: 1_200_000, total: 4_800_000 }), '1.2 MB of 4.8 MB'],
    [job({ state: 'uploading', sent: 4_800_000, total: 4_800_000 }), 'Finishing…'],
    [job({ state: 'finishing' }), 'Finishing…'],
    [job({ state: 'paused' }), 'Paused'],
    [job({ state: 'paused', sent: 1_200_000, total: 4_800_000 }), 'Paused at 1.2 MB of 4.8 MB'],
    [job({ state: 'waitingForNetwork' }), 'Waiting for the network'],
    [job({ state: 'needsYou', problem: problem('name_taken', 'The name is taken.') }), 'The name is taken.'],
    [job({ state: 'needsYou' }), 'Needs you'],
    [job({ state: 'failed', problem: problem('too_large', 'It is too large.') }), 'It is too large.'],
    [job({ state: 'failed' }), 'Failed'],
    [job({ state: 'cancelled' }), 'Cancelled'],
    [job({ state: 'cancelled', problem: problem('source_missing', 'a.png was moved, so it was skipped.') }), 'a.png was moved, so it was skipped.'],
    [doneJob('a.jpg', { size: 1000 }), 'Done · 1 KB · 4032\u00a0×\u00a03024'],
    [doneJob('a.jpg', { size: 1000, reused: true, width: null }), 'Was there already, nothing sent · 1 KB'],
    [doneJob('a.jpg', { size: 9000, stripped: 1200, width: null }), 'Done · 9 KB · Location removed, 1.2 KB less'],
    [doneJob('a.jpg', { size: 9000, stripped: 0, width: null }), 'Done · 9 KB'],
    [doneJob('a.heic', { size: 9000, locationKept: true, width: null }), 'Done · 9 KB · Location not removed'],
    [doneJob('a.jpg', { size: 1000, verified: 'no', width: null }), 'Done, not verified · 1 KB'],
    [doneJob('a.jpg', { size: 1000, verified: 'no', verifiedReason: 'Other bytes', width: null }), 'Other bytes · 1 KB'],
    [doneJob('a.jpg', { size: null, verified: 'reported', width: null }), 'Reported by the widget, not verified'],
  ])('%#', (one, words) => expect(say(one)).toBe(words));

  it('says that an upload is stalled, and where', () => {
    expect(say(job({ state: 'uploading', sent: 1_000, total: 2_000 }), true)).toBe('Stalled at 1 KB of 2 KB');
  });

  it('says when the next try is', () => {
    expect(say(job({ nextAttemptAt: '2026-11-24T10:30:20Z', problem: problem('timed_out', 'No answer in time.') }))).toBe(
      'No answer in time. Next try in a moment',
    );
    expect(say(job({ nextAttemptAt: '2026-11-24T10:40:00Z' }))).toMatch(/^Waiting\. Next try at \d/);
  });

  it('says that an account is paused', () => {
    expect(say(job(), false, account({ paused: true }))).toBe('Waiting. The account is paused');
  });

  it('says of a sandbox link how long it works', () => {
    expect(say(doneJob('a.jpg', { width: null, size: 5 }), false, sandboxAccount)).toBe('Done · 5 B · link works while Aloft runs');
  });

  it('knows the end of the bytes from the end of the upload', () => {
    expect(isFinishing(job({ state: 'uploading' }), { sent: 10, total: 10, stalled: false })).toBe(true);
    expect(isFinishing(job({ state: 'uploading' }), { sent: 0, total: 0, stalled: false })).toBe(false);
  });
});

it('says time left as coarsely as it is known', () => {
  expect(timeLeft(20)).toBe('less than a minute left');
  expect(timeLeft(60)).toBe('about 1 minute left');
  expect(timeLeft(340)).toBe('about 6 minutes left');
  expect(timeLeft(7200)).toBe('about 2 hours left');
});

it('says where the secret is', () => {
  const store = { keyring: true, name: 'Secret Service', problem: null, vault: 'absent' as const };
  expect(keepingSentence(account(), store)).toBe('Keyring: Secret Service');
  expect(keepingSentence(account({ keeping: 'session' }), store)).toBe('Secret for this session only');
  expect(keepingSentence(account({ keeping: 'vault' }), store)).toBe('Secret in the vault file');
  expect(keepingSentence(account({ keeping: 'vault' }), { ...store, vault: 'locked' })).toBe('Vault file, locked');
  expect(keepingSentence(account({ keeping: 'nothing' }), store)).toBe('No secret kept');
  expect(keepingSentence(account({ keeping: 'nothing', origin: 'environment' }), store)).toBe('Secret from CLOUDINARY_URL');
  expect(keepingSentence(presetAccount, store)).toBe('No secret needed');
  expect(keepingSentence(sandboxAccount, store)).toBe('Sandbox secret, of no value elsewhere');
  expect(keepingSentence(null, store)).toBe('Keyring: Secret Service');
  expect(keepingSentence(null, { ...store, keyring: false })).toBe('No keyring here');
});
