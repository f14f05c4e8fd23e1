import { SqliteStore } from '#libs/storage';
import { conversionContract } from '../../src/conversion/conversion.contract.ts';
import { SqliteConversionReader, SqliteConversionRepository, conversionMigrations } from '../../src/conversion/conversion.sqlite.ts';
import { causeOf } from '../../src/conversion/conversion.ts';

conversionContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(conversionMigrations);
  return { conversions: new SqliteConversionRepository(store), reader: new SqliteConversionReader(store) };
});

describe('what an event came after', () => {
  it.each([
    [99, null, undefined],
    [100, null, 'accepted'],
    [110, null, 'accepted'],
    [111, null, undefined],
    [104, 105, 'accepted'],
    [105, 105, 'opened'],
    [115, 105, 'opened'],
    [116, 105, undefined],
  ])('at %i, accepted at 100 and opened at %s, within 10', (at, openedAt, cause) => {
    expect(causeOf(10, at, 100, openedAt)).toBe(cause);
  });
});
