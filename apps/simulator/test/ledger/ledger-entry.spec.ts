import fc from 'fast-check';
import { EntryWriter, readEntry } from '../../src/ledger/ledger-entry.ts';

const usual = [':path', '/3/device/00', 'apns-topic', 'app', 'authorization', 'bearer secret', 'apns-id', 'a'];
const fields = fc.oneof(
  fc.record({ at: fc.nat(3), value: fc.string() }).map(({ at, value }) => usual.with(at * 2 + 1, value)),
  fc
    .array(fc.tuple(fc.constantFrom('apns-id', 'Cookie', 'x', 'AUTHORIZATION', 'x\ny'), fc.string()), { maxLength: 5 })
    .map((pairs) => pairs.flat()),
);
const request = fc.record({ token: fc.option(fc.string(), { nil: undefined }), id: fc.string(), fields });

describe('entries of the ledger', () => {
  it('are read as the requests were, whatever was written before, and without credentials', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 12 }), (requests) => {
        const writer = new EntryWriter();
        const kept = requests.map((one) =>
          writer.write({ ...one, provider: 'apns', send: 's', receipt: undefined, body: Buffer.alloc(0) }, '2026-01-01T00:00:00.000Z'),
        );
        for (const [index, { token, id, fields: sent }] of requests.entries()) {
          const pairs = sent.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), sent[at + 1] ?? ''] as const] : []));
          const headers = Object.fromEntries(pairs.filter(([name]) => name !== 'authorization' && name !== 'cookie'));
          expect(readEntry(kept[index] ?? '')).toEqual({
            ...{ provider: 'apns', at: '2026-01-01T00:00:00.000Z', id, send: 's', headers },
            ...(token !== undefined && { token }),
          });
        }
      }),
    );
  });

  it('say what many requests have once, and not in each', () => {
    const writer = new EntryWriter();
    const write = (id: string) =>
      writer.write({ provider: 'apns', token: 't', id, send: 's', receipt: 'r', fields: usual.with(7, id), body: Buffer.alloc(0) }, 'now');
    write('1');
    write('2');

    expect(write('3').split('\n')[0]).toBe(write('4').split('\n')[0]);
    expect(write('5')).not.toContain('secret');
  });
});
