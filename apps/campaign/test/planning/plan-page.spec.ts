import { installationKey } from '#libs/kernel';
import type { PageHeader } from '#libs/sends';
import { aSend } from '#libs/testing';
import { planPage, type Candidate } from '../../src/planning/plan-page.ts';

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

const draft = { slice: 0, n: 0, after: 'a', through: 'b', last: true, at: 7 };

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

  it('ends before a batch that it could not fill by half, unless it is the last', () => {
    const mixed = (apns: number, fcm: number) => [...candidates(apns), ...candidates(fcm, { provider: 'fcm' }), ...candidates(1)];
    const planned = (apns: number, fcm: number, last: boolean) => {
      const page = planPage({
        ...draft,
        last,
        send: aSend({ app: 'demo' }),
        before: { targetedSoFar: 10 } as PageHeader,
        candidates: mixed(apns, fcm),
      });
      return { ...page, sizes: page.batches.map(({ size }) => size) };
    };

    expect(planned(500, 489, false)).toMatchObject({
      sizes: [500, 489],
      through: installationKey('demo', 'phone-488'),
      last: false,
      targetedSoFar: 999,
    });
    expect(planned(500, 489, true)).toMatchObject({ sizes: [500, 489, 1], through: 'b', last: true, targetedSoFar: 1_000 });
    expect(planned(740, 259, false)).toMatchObject({ sizes: [500, 241, 259], through: 'b' }); // 499 were left
    expect(planned(499, 500, false)).toMatchObject({ sizes: [500, 500], through: 'b', targetedSoFar: 1_010 });
  });

  it('keeps the rule of whom it leaves out, with the provider', () => {
    const page = planPage({ ...draft, send: aSend(), candidates: candidates(1, { suppressedBy: 'no_token' }) });

    expect(page).toMatchObject({ batches: [], entries: [{ batch: null, suppressedBy: 'no_token', provider: 'apns', ownerEpoch: 0 }] });
  });

  it('leaves out whoever comes after maxRecipients, pages before counted', () => {
    const send = aSend({ options: { ...aSend().options, maxRecipients: 5 } });

    const page = planPage({ ...draft, send, before: { targetedSoFar: 3 } as PageHeader, candidates: candidates(4) });

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
