import { installationIdOf, installationKey, murmur3, slotOf, slotStart } from '../src/slot.ts';

describe('hash slots', () => {
  it.each([
    ['', 0],
    ['a', 0x3c2569b2],
    ['hello', 0x248bfa47],
    ['hello, world', 0x149bbb7f],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ])('agrees with the reference MurmurHash3 for %j', (text, expected) => {
    expect(murmur3(Buffer.from(text))).toBe(expected);
  });

  it('builds keys that sort by slot and give the id back', () => {
    const key = installationKey('demo', 'phone:1');

    expect(key).toMatch(/^demo:[0-9a-f]{3}:phone:1$/);
    expect(installationIdOf(key)).toBe('phone:1');
    expect(key >= slotStart('demo', slotOf('demo', 'phone:1'))).toBe(true);
    expect(key < slotStart('demo', slotOf('demo', 'phone:1') + 1)).toBe(true);
    expect(slotStart('demo', 1024) > slotStart('demo', 1023) + '\uffff').toBe(true);
  });
});
