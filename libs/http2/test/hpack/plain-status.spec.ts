import fc from 'fast-check';
import { HpackDecoder } from '../../src/hpack/hpack-decoder.ts';
import { HpackEncoder } from '../../src/hpack/hpack-encoder.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '/', ' ', 'é', '0'), maxLength: 140 });
const name = fc.constantFrom('apns-id', 'content-type', 'retry-after', 'x', 'server');
const field = fc.record({ form: fc.constantFrom('shared', 'plain', 'secret'), name, value: text });

function block(encoder: HpackEncoder, status: string, fields: readonly { form: string; name: string; value: string }[]): Buffer {
  encoder.begin();
  encoder.shared([':status', status]);
  for (const one of fields) {
    if (one.form === 'shared') encoder.shared([one.name, one.value]);
    else if (one.form === 'plain') encoder.plain(one.name, one.value);
    else encoder.secret(one.name, one.value);
  }
  return Buffer.from(encoder.end());
}

describe('the status of a block that is not decoded', () => {
  const statuses = fc.constantFrom('200', '204', '400', '404', '201', '410', '429');

  it('is that of the decoded block, which changes nothing of the decoder', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ status: statuses, fields: fc.array(field, { maxLength: 6 }) }), { maxLength: 12 }), (blocks) => {
        const encoder = new HpackEncoder();
        const [all, some] = [new HpackDecoder(), new HpackDecoder()];
        for (const { status, fields } of blocks) {
          const bytes = block(encoder, status, fields);
          const decoded = all.decode(bytes, 0, bytes.length);
          const seen = some.statusOf(bytes, 0, bytes.length);
          if (seen === 0) expect(some.decode(bytes, 0, bytes.length)).toEqual(decoded);
          else expect(String(seen)).toBe(decoded[1]);
        }
      }),
    );
  });

  it('is there only where a decoder finds no fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (rest) => {
        const bytes = Buffer.from([0x88, ...rest]);
        const decoder = new HpackDecoder();
        if (decoder.statusOf(bytes, 0, bytes.length) === 0) return;
        expect(decoder.decode(bytes, 0, bytes.length).slice(0, 2)).toEqual([':status', '200']);
        expect(decoder.statusOf(bytes, 0, bytes.length)).toBe(200);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is there for what providers answer most', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    const accepted = [{ form: 'plain', name: 'apns-id', value: 'eabeae54-14a8-11e5-b60b-1697f925ec7b' }];
    const first = block(encoder, '200', [...accepted, { form: 'shared', name: 'server', value: 'x' }]);

    expect(decoder.statusOf(first, 0, first.length)).toBe(0); // the table takes a field
    decoder.decode(first, 0, first.length);
    const second = block(encoder, '200', [...accepted, { form: 'shared', name: 'server', value: 'x' }]);
    expect(decoder.statusOf(second, 0, second.length)).toBe(200);
  });
});
