import fc from 'fast-check';
import { HeaderReader } from '../../src/apns/request-headers.ts';
import { readRequest } from '../../src/wire/request-fields.ts';
import { RequestReader } from '../../src/wire/request-reader.ts';

const names = [':method', ':path', ':scheme', 'apns-id', 'apns-topic', 'apns-other', 'te', 'content-length', 'Bad', 'authorization'];
const values = ['POST', '/3/device/00', 'https', 'a', '', ' a', 'trailers', '12', '13', 'two\nlines'];
const usual = [':method', 'POST', ':path', '/3/device/00', ':scheme', 'https', 'apns-id', 'a', 'te', 'trailers'];
const request = fc.oneof(
  fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)), { maxLength: 8 }).map((pairs) => pairs.flat()),
  fc.record({ at: fc.nat(4), value: fc.constantFrom(...values) }).map(({ at, value }) => usual.with(at * 2 + 1, value)),
);

describe('the requests of one connection', () => {
  it('are good or malformed as each would be for itself, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 12 }), (requests) => {
        const reader = new RequestReader();
        for (const fields of requests) expect(reader.read(fields)).toEqual(readRequest(fields));
      }),
    );
  });

  it('have the headers that each has for itself, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 12 }), (requests) => {
        const reader = new HeaderReader();
        for (const fields of requests) expect(reader.read(fields)).toEqual(new HeaderReader().read(fields));
      }),
    );
    const twice = new HeaderReader().read([':path', '/a', 'apns-id', '1', 'apns-id', '2']);
    expect([twice.path, twice.id, twice.hasDuplicates, twice.topic]).toEqual(['/a', '1', true, undefined]);
    expect(new HeaderReader().read([':path', '/a', 'x', '1', 'x', '2']).hasDuplicates).toBe(false);
    expect(new HeaderReader().read(['apns-x', '1', 'apns-x', '2']).hasDuplicates).toBe(true);
  });
});
