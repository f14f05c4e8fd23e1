import { createHash } from 'node:crypto';

const namespace = Buffer.from('5d2f6c1e8b7a4f0d9c3e2a1b4c5d6e7f', 'hex');

/** The id of the send that an event asks for, as docs/events.md says: known before anybody answers, and the same however often the event is sent. */
export function sendIdOf(app: string, source: string, id: string): string {
  const bytes = createHash('sha1').update(namespace).update([app, source, id].join('\u001f')).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6); // version 5
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8); // RFC 9562
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
