import { createHash } from 'node:crypto';
import { messageId, uuid5 } from '../src/ids.ts';

describe('name-based ids', () => {
  it('follow RFC 9562 section 5.5: SHA-1 of namespace and name, version 5, variant 10', () => {
    const namespace = Buffer.from('5d2f6c1e8b7a4f0d9c3e2a1b4c5d6e7f', 'hex');
    const digest = createHash('sha1').update(namespace).update('a\u001fbé').digest('hex');

    const id = uuid5('a', 'bé');

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(id.slice(0, 13)).toBe(`${digest.slice(0, 8)}-${digest.slice(8, 12)}`);
    expect(id.slice(24)).toBe(digest.slice(20, 32));
  });

  it('are the same for the same cause, and others for others', () => {
    expect(uuid5('a', 'b')).toBe(uuid5('a', 'b'));
    expect(uuid5('a', 'b')).not.toBe(uuid5('ab'));
    expect(messageId('send', 'phone')).not.toBe(messageId('phone', 'send'));
  });
});
