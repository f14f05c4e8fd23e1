import { deadLetterQuery, filterOf, replayBody } from '../../src/dead-letters/dead-letter-filters.ts';

describe('the filters of dead letters', () => {
  it.each(['2026-02-30T00:00:00Z', '2026-01-01T24:61:00Z', '0000-01-01T00:00:00Z', '300000-01-01T00:00:00Z'])(
    'take no date such as %s',
    (at) => {
      for (const filter of [{ since: at }, { before: at }]) {
        expect(deadLetterQuery.safeParse(filter).success).toBe(false);
        expect(replayBody.safeParse(filter).success).toBe(false);
      }
    },
  );

  it('name instants by their offset', () => {
    const since = '2026-01-01T02:00:00+02:00';

    expect(filterOf(replayBody.parse({ since }))).toEqual({ since: Date.UTC(2026, 0, 1) });
  });
});
