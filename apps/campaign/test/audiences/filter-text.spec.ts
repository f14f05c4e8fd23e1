import { DEVICE_FIELDS, USER_FIELDS } from '#libs/registry';
import fc from 'fast-check';
import { FilterTextReader } from '../../src/intake/filter-text.ts';
import { printFilter } from '../../src/intake/print-filter.ts';
import { FilterTextInvalid } from '../../src/intake/text-reader.ts';
import { FilterReader, type WrittenFilter } from '../../src/intake/written-filter.ts';

const read = (text: string) => new FilterTextReader(text).read();

describe('a filter as text', () => {
  it.each([
    ['tag:vip', { tag: 'vip' }],
    ['tag:"two words"', { tag: 'two words' }],
    ['not tag:18', { not: { tag: '18' } }],
    ['tag:a or tag:b and not tag:c', { or: [{ tag: 'a' }, { and: [{ tag: 'b' }, { not: { tag: 'c' } }] }] }],
    ['(tag:a or tag:b) and tag:c', { and: [{ or: [{ tag: 'a' }, { tag: 'b' }] }, { tag: 'c' }] }],
    ['and(tag:a)', { and: [{ tag: 'a' }] }],
    ['attr.age >= 18', { attr: 'age', op: 'gte', value: 18 }],
    ['attr.age>=18 and attr.city="Lyon"', { and: [{ attr: 'age', op: 'gte', value: 18 }, { attr: 'city', op: 'eq', value: 'Lyon' }] }],
    ['userAttr."the plan" != gold', { userAttr: 'the plan', op: 'ne', value: 'gold' }],
    ['attr.renews between ago(P30D) and "2026-12-01T00:00:00Z"', { attr: 'renews', op: 'between', value: [{ ago: 'P30D' }, '2026-12-01T00:00:00Z'] }],
    ['device.platform in (ios, macos)', { device: 'platform', op: 'in', value: ['ios', 'macos'] }],
    ['device.appVersion >= 2.10', { device: 'appVersion', op: 'gte', value: '2.10' }],
    ['device.model not exists', { device: 'model', op: 'exists', value: false }],
    ['device.carrier not in ("O2")', { device: 'carrier', op: 'nin', value: ['O2'] }],
    ['user.known = true', { user: 'known', op: 'eq', value: true }],
    ['near(lat: 48.85, lon: -2, km: 5)', { near: { lat: 48.85, lon: -2, km: 5 } }],
    ['lastSeen(before: P14D, after: 2026-01-31T12:00:00Z)', { lastSeen: { before: 'P14D', after: '2026-01-31T12:00:00Z' } }],
    ['random(percent: 10, salt: "1")', { random: { percent: 10, salt: '1' } }],
    ['event(order_placed, within: P30D, count >= 2, where total > 9.5)',
      { event: 'order_placed', within: 'P30D', count: { gte: 2 }, where: { property: 'total', op: 'gt', value: 9.5 } }],
    ['not opened(campaign: c1, within: P7D)', { not: { opened: { campaign: 'c1', within: 'P7D' } } }],
    ['received() and opened(campaign: "7")', { and: [{ received: {} }, { opened: { campaign: '7' } }] }],
    ['audience:lapsed', { audience: 'lapsed' }],
    ['  attr.note\tcontains "a \\"b\\" \\u00e9"\n', { attr: 'note', op: 'contains', value: 'a "b" é' }],
  ])('says %s', (text, filter) => {
    expect(read(text)).toEqual(filter);
    expect(read(printFilter(filter))).toEqual(filter);
    expect(read(printFilter(read(text)))).toEqual(filter);
  }); // prettier-ignore

  it.each([
    ['', 1, 'a condition'],
    ['tag:vip and', 12, 'a condition'],
    ['tag:vip tag:b', 9, '"and", "or" or the end'],
    ['tag:', 5, 'a tag'],
    ['(tag:a', 7, '")"'],
    ['tag:a)', 6, '"and", "or" or the end'],
    ['attr.age 18', 10, '=, !=, <, <=, >'],
    ['attr.age >= ', 13, 'a value'],
    ['attr.age >= 1x', 13, 'a number, or text in quotation marks'],
    ['attr.a = "x', 10, 'text in quotation marks'],
    ['attr.a not = 1', 12, '"in" or "exists"'],
    ['attr.a between 1 or 2', 18, '"and"'],
    ['device.platform in ios', 20, '"("'],
    ['event(a, often)', 10, 'within, count or where'],
    ['opened(c1)', 9, '":"'],
    ['nottag:a', 1, 'a condition'],
    [`${'('.repeat(70)}tag:a${')'.repeat(70)}`, 65, 'at most 64 levels'],
  ])('is refused where it is none: %s', (text, position, expected) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ position, expected: expect.stringContaining(expected) as string }) as Error);
    expect(() => read(text)).toThrow(FilterTextInvalid);
  });

  it('knows where each condition begins, for what is wrong with it', () => {
    const reader = new FilterTextReader('tag:a and (device.colour = red or not near(lat: 99, lon: 0, km: 1))');
    const checked = new FilterReader('');
    const filter = checked.read(reader.read());

    expect(checked.problems.map(({ pointer }) => [pointer, reader.positionOf(filter, pointer)])).toEqual([
      ['/and/1/or/0/device', 12],
      ['/and/1/or/1/not/near/lat', 39],
    ]);
  });

  it('loses nothing of any filter, printed and read again', () => {
    fc.assert(
      fc.property(filters(), (filter) => {
        const checked = new FilterReader('');
        checked.read(filter);
        fc.pre(checked.problems.length === 0);
        expect(read(printFilter(filter))).toEqual(filter);
      }),
      { numRuns: 1_000 },
    );
  });
});

function filters(): fc.Arbitrary<WrittenFilter> {
  const text = fc.oneof(
    fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
    fc.constantFrom('true', 'ago', 'and', '18', '-', '2.10', 'P14D', '2026-01-31T12:00:00Z', 'a b', 'é', '"', '\\'),
  );
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const value = fc.oneof(text, number, fc.boolean());
  const duration = fc.constantFrom('P14D', 'PT1H30M', 'P2W');
  const valued = (values: fc.Arbitrary<unknown>, ordered: fc.Arbitrary<unknown>) =>
    fc.oneof(
      fc.record({ op: fc.constantFrom('eq', 'ne'), value: values }),
      fc.record({ op: fc.constantFrom('lt', 'lte', 'gt', 'gte'), value: ordered }),
      fc.record({ op: fc.constantFrom('in', 'nin'), value: fc.array(values, { minLength: 1, maxLength: 3 }) }),
      fc.record({ op: fc.constant('between'), value: fc.tuple(ordered, ordered) }),
      fc.record({ op: fc.constantFrom('contains', 'startsWith'), value: text }),
      fc.record({ op: fc.constant('exists'), value: fc.boolean() }),
    ) as fc.Arbitrary<{ op: string; value: unknown }>;
  const comparison = valued(value, fc.oneof(value, fc.record({ ago: duration })));
  const flag = fc.record({ op: fc.constantFrom('eq', 'ne'), value: fc.boolean() });
  const with_ = (kind: string, names: fc.Arbitrary<string>, compare: fc.Arbitrary<{ op: string; value: unknown }>) =>
    fc.tuple(names, compare).map(([name, one]) => ({ [kind]: name, ...one }));
  const seen = fc.oneof(fc.record({ before: duration }), fc.record({ before: duration, after: fc.constant('2026-01-31T12:00:00+02:00') }));
  const leaf: fc.Arbitrary<WrittenFilter> = fc.oneof(
    fc.record({ tag: text }),
    fc.record({ audience: text }),
    with_('attr', text, comparison),
    with_('userAttr', text, comparison),
    with_('device', fc.constantFrom(...DEVICE_FIELDS), valued(text, text)),
    with_('user', fc.constantFrom(...USER_FIELDS), fc.oneof(valued(text, text), flag)),
    fc.record({
      near: fc.record({ lat: fc.integer({ min: -90, max: 90 }), lon: fc.double({ min: -180, max: 180, noNaN: true }), km: fc.nat(100) }),
    }),
    fc.record({ lastSeen: seen }),
    fc.record({ firstSeen: seen }),
    fc.record({ received: fc.record({ campaign: text, within: duration }, { requiredKeys: [] }) }),
    fc.record({ opened: fc.record({ within: duration, campaign: text }, { requiredKeys: [] }) }),
    fc.record({ random: fc.record({ percent: fc.nat(100), salt: text }) }),
    fc.record(
      {
        event: text,
        within: duration,
        count: fc.tuple(fc.constantFrom('eq', 'lt', 'lte', 'gt', 'gte'), fc.nat()).map(([op, times]) => ({ [op]: times })),
        where: fc.tuple(text, comparison).map(([property, one]) => ({ property, ...one })),
      },
      { requiredKeys: ['event'] },
    ),
  );
  return fc.letrec<{ filter: WrittenFilter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ and: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('filter') }),
    ),
  })).filter;
}
