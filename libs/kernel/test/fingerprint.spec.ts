import { createHmac, randomBytes } from 'node:crypto';
import { Fingerprinter } from '../src/fingerprint.ts';
import { PushToken } from '../src/push-token.ts';

it('is HMAC-SHA-256 of the token, its first 16 bytes, for keys of any length', () => {
  for (const length of [0, 1, 32, 63, 64, 65, 200]) {
    const key = randomBytes(length);
    for (const token of ['', 'ab12', 'é😀', 'x'.repeat(4_096)]) {
      const expected = createHmac('sha256', key).update(token).digest('hex').slice(0, 32);
      expect(new Fingerprinter(key).of(new PushToken(token))).toBe(expected);
    }
  }
});
