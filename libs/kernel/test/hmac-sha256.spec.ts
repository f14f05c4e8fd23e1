import { createHmac } from 'node:crypto';
import { HmacSha256 } from '../src/hmac-sha256.ts';

describe('HMAC-SHA-256', () => {
  // RFC 4231, cases 1 and 2
  it('gives the values of the standard', () => {
    expect(hexOf(new HmacSha256(Buffer.alloc(20, 0x0b)).of('Hi There'))).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    expect(hexOf(new HmacSha256(Buffer.from('Jefe')).of('what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is what Node makes of any text, one after the other with the same key', () => {
    const key = Buffer.from('a key of thirty-two bytes, no le');
    const hmac = new HmacSha256(key);
    const texts = ['', 'a', 'é 🙂', 'x'.repeat(5_000), 'short again', 'y'.repeat(100_000), ''];

    for (const text of texts) expect(hmac.of(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
  });

  it('takes no key that would have to be hashed first', () => {
    expect(() => new HmacSha256(Buffer.alloc(65))).toThrow(RangeError);
  });
});

function hexOf(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('hex');
}
