import { deriveKeys } from '../../src/sealing/derive-keys.ts';
import { Sealer } from '../../src/sealing/sealer.ts';
import { SealBroken } from '../../src/sealing/sealing-errors.ts';

const [old, current] = [deriveKeys(Buffer.alloc(32, 1)), deriveKeys(Buffer.alloc(32, 2))];

describe('sealed texts', () => {
  it('open in the place they were sealed for, and nowhere else', () => {
    const sealer = new Sealer(current);
    const sealed = sealer.seal('sécret', 'credential:shop:apns');

    expect(sealed).not.toContain('cret');
    expect(sealer.open(sealed, 'credential:shop:apns')).toBe('sécret');
    expect(() => sealer.open(sealed, 'credential:bank:apns')).toThrow(SealBroken);
  });

  it('never look the same twice', () => {
    const sealer = new Sealer(current);

    expect(sealer.seal('a', 'b')).not.toBe(sealer.seal('a', 'b'));
  });

  it('open after the master key was rotated, while the old one is still given', () => {
    const sealed = new Sealer(old).seal('secret', 'x');

    expect(new Sealer(current, [old]).open(sealed, 'x')).toBe('secret');
    expect(new Sealer(current, [old]).seal('secret', 'x')).toContain(current.keyId);
    expect(() => new Sealer(current).open(sealed, 'x')).toThrow(SealBroken);
  });

  it.each(['', 'v1', 'v2.a.b.c', `v1.${current.keyId}..`, `v1.${current.keyId}.AAAA.AAAA`])(
    'are refused when they are none: %j',
    (text) => {
      expect(() => new Sealer(current).open(text, 'x')).toThrow(SealBroken);
    },
  );

  it('are refused when a bit of them was changed', () => {
    const sealed = new Sealer(current).seal('secret', 'x');
    const changed = `${sealed.slice(0, -2)}${sealed.at(-2) === 'A' ? 'B' : 'A'}${sealed.at(-1) ?? ''}`;

    expect(() => new Sealer(current).open(changed, 'x')).toThrow(SealBroken);
  });
});

describe('the keys made from the master key', () => {
  it('differ from each other and from those of another master key, and are frozen', () => {
    const all = [old, current].flatMap(({ sealing, fingerprint, receipts }) =>
      [sealing, fingerprint, receipts].map((key) => key.toString('hex')),
    );

    expect(new Set(all).size).toBe(6);
    expect(old.keyId).toMatch(/^[0-9a-f]{8}$/);
    expect(() => deriveKeys(Buffer.alloc(31))).toThrow(RangeError);
  });
});
