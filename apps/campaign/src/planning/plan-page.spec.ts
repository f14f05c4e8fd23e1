import { aSend } from '#libs/testing';
import { planPage, type Candidate } from './plan-page.ts';

function candidates(count: number, facts: Partial<Candidate> = {}): Candidate[] {
  return Array.from({ length: count }, (_, index) => ({
    installationId: `phone-${index}`,
    ownerEpoch: index,
    provider: 'apns',
    suppressedBy: null,
    variables: null,
    ...facts,
  }));
}

const draft = { slice: 0, n: 0, after: 'a', through: 'b', last: true, targetedBefore: 0, at: 7 };

describe('a page', () => {
  it('fills batches of at most 500 by provider, in the lane of the send', () => {
    const page = planPage({
      ...draft,
      send: aSend({ lane: 'transactional' }),
      candidates: [...candidates(600), ...candidates(3, { provider: 'fcm' })],
    });

    expect(page.batches.map(({ id, provider, lane, size, dueAt }) => [id.slice(-2), provider, lane, size, dueAt])).toEqual([
      [':0', 'apns', 'transactional', 500, 7],
      [':1', 'apns', 'transactional', 100, 7],
      [':2', 'fcm', 'transactional', 3, 7],
    ]);
    for (const [index, { size }] of page.batches.entries()) expect(page.entries.filter(({ batch }) => batch === index)).toHaveLength(size);
  });

  it('keeps the rule of whom it leaves out, with the provider', () => {
    const page = planPage({ ...draft, send: aSend(), candidates: candidates(1, { suppressedBy: 'no_token' }) });

    expect(page).toMatchObject({ batches: [], entries: [{ batch: null, suppressedBy: 'no_token', provider: 'apns', ownerEpoch: 0 }] });
  });

  it('leaves out whoever comes after maxRecipients, pages before counted', () => {
    const send = aSend({ options: { ...aSend().options, maxRecipients: 5 } });

    const page = planPage({ ...draft, send, targetedBefore: 3, candidates: candidates(4) });

    expect(page.entries.map(({ suppressedBy }) => suppressedBy)).toEqual([null, null, 'over_limit', 'over_limit']);
    expect(page.targetedSoFar).toBe(7);
  });

  it('has no batches in a dry run', () => {
    const send = aSend({ options: { ...aSend().options, dryRun: true } });

    const page = planPage({ ...draft, send, candidates: candidates(2) });

    expect(page.batches).toEqual([]);
    expect(page.entries).toMatchObject([{ batch: null, suppressedBy: null, provider: 'apns' }, { batch: null }]);
  });
});
