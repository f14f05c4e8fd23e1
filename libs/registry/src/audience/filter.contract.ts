import { SLOTS, slotStart } from '#libs/kernel';
import fc from 'fast-check';
import type { Installation } from '../installation/installation.ts';
import { DAY_MS, type TrackedEvent } from '../behaviour/behaviour.ts';
import { aUser, anInstallation, app, type OpenRegistry } from '../opened-registry.contract.ts';
import { filterPredicate, type Comparison, type Filter, type FilterLeaf, type FilterOperator, type FilterValue } from './filter.ts';

const texts = ['gold', 'Gold', 'go', '', "o'hara", '%', '2026-01-31T12:00:00Z', '2026-02-01T00:00:00+02:00', '10', 'é', '😀'] as const;
const names = ['plan', 'score', 'a.b', 'two words', '$x', '"', 'é'] as const;
const versions = ['2.9', '2.10', '2.10.0', '2.10-beta', 'x', '10'] as const;
const values = fc.oneof(fc.constantFrom<string>(...texts), fc.constantFrom(0, -1, 1.5, 10, 2 ** 53), fc.boolean());
const attributes = fc.dictionary(fc.constantFrom<string>(...names), fc.oneof(values, fc.subarray(['gold', 'go', '10'])), { maxKeys: 4 });

const randomDevice = fc.record({
  tags: fc.subarray(['vip', 'VIP', 'vi']),
  userTags: fc.subarray(['vip', 'gold']),
  externalId: fc.constantFrom(null, 'kim', '%'),
  userVerified: fc.boolean(),
  subscription: fc.constantFrom('subscribed', 'opted_in', 'unsubscribed'),
  attributes,
  userAttributes: attributes,
  platform: fc.constantFrom('ios', 'android', 'web'),
  bundleId: fc.constantFrom(null, 'app.demo', 'app.Demo'),
  appVersion: fc.constantFrom(null, ...versions),
  model: fc.constantFrom(null, 'Pixel', 'pixel', '%'),
  language: fc.constantFrom(null, 'fr', 'pt'),
  permission: fc.constantFrom('granted', 'not_asked', 'denied'),
  notificationsEnabled: fc.boolean(),
  location: fc.constantFrom(null, { lat: 48.8566, lon: 2.3522 }, { lat: -33.8688, lon: 151.2093 }),
  lastSeenAt: fc.constantFrom(10, 20, 30),
  firstSeenAt: fc.constantFrom(1, 2),
}) as fc.Arbitrary<Partial<Installation> & { externalId: string | null }>;

const value: fc.Arbitrary<FilterValue> = fc.oneof(
  values,
  fc.constantFrom(...versions),
  fc.constantFrom({ at: Date.UTC(2026, 0, 31, 12) }, { at: 0 }),
);
const comparison: fc.Arbitrary<Comparison> = fc
  .constantFrom<FilterOperator>('eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'nin', 'exists', 'contains', 'startsWith', 'between')
  .chain((op): fc.Arbitrary<Comparison> => {
    if (op === 'exists') return fc.record({ op: fc.constant(op), value: fc.boolean() });
    if (op === 'in' || op === 'nin') return fc.record({ op: fc.constant(op), value: fc.array(value, { minLength: 1, maxLength: 3 }) });
    if (op === 'between') return fc.record({ op: fc.constant(op), value: fc.tuple(value, value) });
    return fc.record({ op: fc.constant(op), value });
  });
const words = fc.constantFrom('ios', 'web', 'app.demo', 'Pixel', 'fr', 'granted', 'not_asked', 'kim', '%', 'opted_in', ...versions);
const wordComparison: fc.Arbitrary<Comparison> = fc
  .constantFrom<FilterOperator>('eq', 'ne', 'in', 'nin', 'lt', 'gte', 'startsWith', 'contains', 'exists')
  .chain((op): fc.Arbitrary<Comparison> => {
    if (op === 'exists') return fc.record({ op: fc.constant(op), value: fc.boolean() });
    if (op === 'in' || op === 'nin') return fc.record({ op: fc.constant(op), value: fc.array(words, { minLength: 1, maxLength: 3 }) });
    return fc.record({ op: fc.constant(op), value: words });
  });
const flag = fc.record({ op: fc.constantFrom<FilterOperator>('eq', 'ne'), value: fc.boolean() });
const range = fc.record({ before: fc.constantFrom(1, 2, 20, 25), after: fc.constantFrom(1, 10, 20) }, { requiredKeys: [] });

const leaf: fc.Arbitrary<FilterLeaf> = fc.oneof(
  fc.constantFrom('vip', 'gold', 'nobody').map((tag) => ({ tag })),
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom<string>(...names), comparison).map(([attr, one]) => ({ attr, ...one })) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom<string>(...names), comparison).map(([userAttr, one]) => ({ userAttr, ...one })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('platform', 'bundleId', 'appVersion', 'model', 'language', 'permission'), wordComparison)
      .map(([device, one]) => ({ device, ...one })),
  },
  flag.map((one) => ({ device: 'notificationsEnabled', ...one }) as const),
  fc.tuple(fc.constantFrom('subscription', 'externalId'), wordComparison).map(([user, one]) => ({ user, ...one })),
  fc.tuple(fc.constantFrom('known', 'verified'), flag).map(([user, one]) => ({ user, ...one })),
  range.map((lastSeen) => ({ lastSeen })),
  range.map((firstSeen) => ({ firstSeen })),
  fc.constantFrom(5, 20_000).map((km) => ({ near: { lat: 48.86, lon: 2.35, km } })),
  fc.constantFrom(0, 37.5, 100).map((percent) => ({ random: { percent, salt: 'x' } })),
  fc.constantFrom(0, 2_500, 9_999).map((from) => ({ share: { salt: 'x', from, to: from + 5_000 } })),
  fc.constantFrom('d0', 'd3', 'none').map((installation) => ({ installation })),
);

const eventNames = ['order', 'view', "o'order"] as const;
const randomEvents = fc.array(
  fc.record({
    name: fc.constantFrom<string>(...eventNames),
    at: fc.constantFrom(0, 1, 2 * DAY_MS - 1, 2 * DAY_MS, 95 * DAY_MS),
    properties: fc.dictionary(fc.constantFrom<string>(...names), values, { maxKeys: 2 }),
  }),
  { maxLength: 6 },
);
const eventLeaf: fc.Arbitrary<FilterLeaf> = fc.record(
  {
    event: fc.constantFrom<string>(...eventNames, 'never'),
    since: fc.constantFrom(0, 1, DAY_MS, 2 * DAY_MS, 96 * DAY_MS),
    count: fc.record({ op: fc.constantFrom('eq', 'lt', 'lte', 'gt', 'gte'), value: fc.constantFrom(0, 1, 2) }),
    where: fc.tuple(fc.constantFrom<string>(...names), comparison).map(([property, one]) => ({ property, ...one })),
  },
  { requiredKeys: ['event', 'count'] },
);

const campaigns = ['c1', 'c2', ''] as const;
const randomEngagements = fc.array(
  fc.record({
    kind: fc.constantFrom('received', 'opened'),
    campaign: fc.constantFrom<string>(...campaigns),
    at: fc.constantFrom(1, 2, DAY_MS),
  }),
  { maxLength: 4 },
);
const engaged = fc.record(
  { campaign: fc.constantFrom('c1', 'c2', 'never'), since: fc.constantFrom(1, 2, 3, DAY_MS + 1) },
  { requiredKeys: [] },
);
const engagementLeaf: fc.Arbitrary<FilterLeaf> = fc.oneof(
  engaged.map((received) => ({ received })),
  engaged.map((opened) => ({ opened })),
);

const randomFilter: fc.Arbitrary<Filter> = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    eventLeaf,
    engagementLeaf,
    tie('tree').map((not): Filter => ({ not })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((and): Filter => ({ and })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((or): Filter => ({ or })),
  ),
})).tree;

/** What a store compiles a filter to says the same of every installation as the predicate, in selections, counts and previews. */
export function filterContract(adapter: string, open: OpenRegistry, rounds: number) {
  it(`${adapter} selects with a filter exactly what its predicate takes`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(randomDevice, { minLength: 1, maxLength: 12 }),
        fc.array(randomFilter, { minLength: 20, maxLength: 60 }),
        fc.array(randomEvents, { minLength: 12, maxLength: 12 }),
        fc.array(randomEngagements, { minLength: 12, maxLength: 12 }),
        async (devices, filters, deeds, messages) => {
          const { installations, users, behaviour, engagements } = await open();
          const made = devices.map(({ externalId, ...facts }, n) => anInstallation(`d${n}`, { owner: aUser(externalId), ...facts }));
          for (const [n, installation] of made.entries()) {
            await installations.save(installation, [], []);
            const events = (deeds[n] ?? []).map((event, index): TrackedEvent => ({ ...event, id: String(index) }));
            await users.save(aUser(null, { userId: installation.userId }), []);
            if (events.length > 0) await behaviour.count(app, installation.userId, events);
            await engagements.note(
              app,
              (messages[n] ?? []).map((one) => ({ ...one, installationId: installation.id })),
            );
          }
          const stored = await Promise.all(
            made.map(async (installation) => ({
              ...installation,
              events: await behaviour.ofUser(app, installation.userId),
              engagements: await engagements.ofUser(app, installation.userId),
            })),
          );
          const whole = { after: slotStart(app, 0), through: slotStart(app, SLOTS), firstSeenUntil: null, limit: 1_000, scanLimit: 20_000 };

          for (const filter of filters) {
            const audience = { kind: 'filter', filter } as const;
            const expected = stored.filter(filterPredicate(filter)).map(({ id }) => id);
            const { matches } = await installations.select({ audience, ...whole });
            const said = { filter: JSON.stringify(filter), ids: matches.map(({ id }) => id).sort() };
            expect(said).toEqual({ filter: said.filter, ids: expected.sort() });
            expect(await installations.countSelected(app, audience, null)).toBe(expected.length);
            expect((await installations.preview(app, audience, null)).installations).toBe(expected.length);
          }
        },
      ),
      { numRuns: rounds },
    );
  });
}
