import { PushToken } from '#libs/kernel';
import { DatabaseSync } from 'node:sqlite';
import { attributes, flag, instant, secret, tags, text, texts } from '../src/field-kinds.ts';
import { Details, Rows, known, nullable, shownOf, type RecordOf } from '../src/field-table.ts';
import { installationTable } from '../src/installation/installation.ts';
import { registryMigrations } from '../src/registry.migrations.ts';

const table = {
  id: known(text, { column: 'id', shown: true }),
  seenAt: known(instant, { column: 'seen_at', shown: true }),
  isOn: known(flag, { column: 'is_on', shown: true }),
  tags: known(tags, { column: 'tags', unknown: [], shown: true }),
  carrier: nullable(text, { shown: true }),
  channels: known(texts, { unknown: [], shown: true }),
  attributes: known(attributes, { column: 'attributes', unknown: {}, shown: true }),
  token: nullable(secret, { column: 'token' }),
} as const;

const record: RecordOf<typeof table> = {
  id: 'a', seenAt: 1_000, isOn: true, tags: ['x', 'y'], carrier: null, channels: ['news'], attributes: { n: 1 }, token: new PushToken('t'),
}; // prettier-ignore

describe('A table of fields', () => {
  const rows = new Rows(table);

  it('keeps a record in columns and details, and reads the same', () => {
    const [values, details] = [rows.values(record), rows.details(record)];

    expect(values).toEqual(['a', 1_000, 1, '|x|y|', '{"n":1}', 't']);
    expect(details).toEqual({ channels: ['news'] });
    expect(rows.read(values as never, details)).toEqual(record);
  });

  it('reads what was stored before a field was there as unknown', () => {
    expect(rows.read(['a', 1, 0, '', '{}', null], {})).toEqual({
      id: 'a', seenAt: 1, isOn: false, tags: [], carrier: null, channels: [], attributes: {}, token: null,
    }); // prettier-ignore
  });

  it('keeps what is unknown out of a document, and names it in a write that takes away', () => {
    const details = new Details(table);

    expect(details.write({ ...record, token: null })).not.toHaveProperty('token');
    expect(details.writeAll({ ...record, token: null })).toMatchObject({ token: null, carrier: null });
  });

  it('shows JSON and no secret', () => {
    expect(shownOf(table, record)).toEqual({
      id: 'a', seenAt: '1970-01-01T00:00:01.000Z', isOn: true, tags: ['x', 'y'], carrier: null, channels: ['news'], attributes: { n: 1 },
    }); // prettier-ignore
  });
});

describe('The table of installations', () => {
  it('has a column in the database for each field that names one', () => {
    const database = new DatabaseSync(':memory:');
    for (const { sql } of registryMigrations) database.exec(sql);
    const there = database
      .prepare("SELECT name FROM pragma_table_info('installations')")
      .all()
      .map(({ name }) => name);

    expect(new Rows(installationTable).columns.filter((column) => !there.includes(column))).toEqual([]);
    database.close();
  });
});
