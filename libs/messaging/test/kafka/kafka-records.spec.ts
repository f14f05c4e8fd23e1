import type { KafkaMessage } from 'kafkajs';
import type { EventContract } from '#libs/events';
import { aThing, interest, thingHappenedV1 } from '../consuming/test-events.ts';
import { recordFrom } from '../../src/kafka/kafka-records.ts';

const subscription = interest(async () => undefined);
const { envelope } = aThing('a', 1);
const structured = Buffer.from(JSON.stringify({ specversion: '1.0', ...envelope }));

function aMessage(facts: Partial<Record<keyof KafkaMessage, unknown>>): KafkaMessage {
  return { key: null, value: structured, offset: '7', timestamp: '1000', attributes: 0, headers: {}, ...facts } as KafkaMessage;
}

describe('a record as Kafka carries it', () => {
  it('has text, offset, time and headers', () => {
    const message = aMessage({ key: Buffer.from('k'), value: Buffer.from('{}'), headers: { ce_id: Buffer.from('é'), plain: 'text' } });

    expect(recordFrom(subscription, 3, message)).toEqual({
      topic: 'push.test',
      partition: 3,
      offset: 7,
      key: 'k',
      at: 1_000,
      value: '{}',
      headers: { ce_id: 'é', plain: 'text' },
    });
  });

  it('takes the first of several headers of one name, and none that has no value', () => {
    const headers = { many: [Buffer.from('first'), Buffer.from('second')], none: null, gone: undefined, __proto__: null };

    expect(recordFrom(subscription, 0, aMessage({ headers })).headers).toEqual({ many: 'first' });
  });

  it('gets the key of its contract when its sender gave none', () => {
    const headers = { ce_specversion: '1.0', ce_id: 'e', ce_source: 's', ce_type: envelope.type };

    expect(recordFrom(subscription, 0, aMessage({})).key).toBe('a');
    expect(recordFrom(subscription, 0, aMessage({ value: Buffer.from('{"app":"demo","key":"b","n":1}'), headers })).key).toBe('b');
    expect(recordFrom(subscription, 0, aMessage({ value: Buffer.from('{ broken') })).key).toBeNull();
  });

  it('stands in line by the key of its contract, whatever its sender chose, on a topic that is open to others', () => {
    const contract: EventContract = { ...thingHappenedV1, fromOutside: true };
    const open = { ...subscription, handlers: new Map([[contract.type, { contract, handle: async () => undefined }]]) };

    expect(recordFrom(open, 0, aMessage({ key: Buffer.from('order-17') })).key).toBe('a');
    expect(recordFrom(open, 0, aMessage({ key: Buffer.from('order-17'), value: Buffer.from('{') })).key).toBe('order-17');
    expect(recordFrom(subscription, 0, aMessage({ key: Buffer.from('order-17') })).key).toBe('order-17');
  });

  it('is unreadable with attributes that are no text, or more headers than are kept', () => {
    const problemOf = (headers: Record<string, Buffer>) => recordFrom(subscription, 0, aMessage({ headers })).problem;

    expect(problemOf({ ce_id: Buffer.from([0xff]) })).toBe('A header is not UTF-8');
    expect(problemOf({ other: Buffer.from([0xff]) })).toBeUndefined();
    expect(problemOf({ a: Buffer.alloc(65_535), b: Buffer.alloc(1) })).toBe('Its headers have more than 65536 characters');
  });

  it('says what is wrong with bytes that are no text', () => {
    expect(recordFrom(subscription, 0, aMessage({ value: null })).problem).toBe('It has no value');
    expect(recordFrom(subscription, 0, aMessage({ value: Buffer.from([0x7b, 0xff, 0x7d]) })).problem).toBe('Not UTF-8');
  });
});
