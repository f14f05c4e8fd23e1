import type { EventContract } from '#libs/events';
import { z } from 'zod';
import type { LogRecord } from '../../src/consuming/log-record.ts';
import { labelsOf, readFor } from '../../src/consuming/reading.ts';
import { TEST_TOPIC, aThing, interest, thingHappenedV1 } from './test-events.ts';

const subscription = interest(async () => undefined);
const { envelope } = aThing('a', 1);

function aRecord(value: unknown, headers: Record<string, string> = {}): LogRecord {
  return {
    topic: TEST_TOPIC,
    partition: 0,
    offset: 0,
    key: 'a',
    at: 0,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    headers,
  };
}

describe('reading a record for a group', () => {
  it('gives the data as its contract reads it', () => {
    const reading = readFor(subscription, aRecord({ specversion: '1.0', ...envelope, data: { ...envelope.data, later: 'field' } }));

    expect(reading).toMatchObject({ kind: 'event', data: { app: 'demo', key: 'a', n: 1 } });
  });

  it('takes binary mode, where Kafka carries the attributes as headers', () => {
    const headers = { ce_specversion: '1.0', ce_id: 'e', ce_source: 's', ce_type: envelope.type, 'content-type': 'application/json' };

    expect(readFor(subscription, aRecord(envelope.data, headers))).toMatchObject({ kind: 'event', envelope: { id: 'e' } });
  });

  it('says in few words what is wrong in thousands of places below a long name', () => {
    const nested = { ...thingHappenedV1, data: z.object({ app: z.string(), map: z.record(z.string(), z.array(z.int())) }) };
    const handlers = new Map([[nested.type, { contract: nested, handle: async () => undefined }]]);
    const data = { app: 'demo', map: { ['k'.repeat(900)]: Array(20_000).fill('x') } };

    const reading = readFor({ ...subscription, handlers }, aRecord({ specversion: '1.0', ...envelope, data }));

    expect(reading).toMatchObject({ kind: 'dead', failure: { code: 'invalid_data' } });
    expect(JSON.stringify(reading).length).toBeLessThan(1_000);
  });

  it('names what is wrong with the data, and none of it', () => {
    const reading = readFor(subscription, aRecord({ specversion: '1.0', ...envelope, data: { app: 'demo', key: 'a', n: 'secret' } }));

    expect(reading).toMatchObject({
      kind: 'dead',
      failure: { code: 'invalid_data', reason: expect.stringContaining('/data/n') as string },
    });
    expect(JSON.stringify(reading)).not.toContain('secret');
  });

  it('leaves a broken event of a type it does not handle to those who do', () => {
    expect(readFor(subscription, aRecord({ ...envelope, specversion: '2.0', type: 'thing.else.v1' })).kind).toBe('passed_over');
    expect(readFor(subscription, aRecord({ ...envelope, specversion: '2.0' })).kind).toBe('dead');
  });

  it('leaves nothing in silence on a topic that is open to others and that it answers for', () => {
    const contract: EventContract = { ...thingHappenedV1, fromOutside: true };
    const handlers = new Map([[contract.type, { contract, handle: async () => undefined }]]);
    const listeners = [{ type: contract.type, unreadable: true, tell: async () => undefined }];
    const unknown = aRecord({ specversion: '1.0', ...envelope, type: 'thing.else.v1' });
    const broken = aRecord({ ...envelope, specversion: '2.0', type: 'thing.else.v1' });

    const open = { ...subscription, handlers, listeners };

    expect(readFor(open, unknown)).toMatchObject({ kind: 'dead', failure: { code: 'event_type_unknown', permanent: true } });
    expect(readFor(open, broken)).toMatchObject({ kind: 'dead', failure: { code: 'unreadable' } });
    expect(readFor({ ...open, listeners: [] }, unknown).kind).toBe('passed_over');
    expect(readFor({ ...subscription, listeners }, unknown).kind).toBe('passed_over');
  });

  it('passes over what a replay brings again for another group, whatever its headers say', () => {
    const value = { specversion: '1.0', ...envelope };
    const headers = { 'carillon-replay-for': `carillon.other.${TEST_TOPIC}` };

    expect(readFor(subscription, aRecord(value, headers)).kind).toBe('event');
    expect(readFor(subscription, aRecord(value), `carillon.test.${TEST_TOPIC}`).kind).toBe('event');
    expect(readFor(subscription, aRecord(value), `carillon.other.${TEST_TOPIC}`).kind).toBe('passed_over');
  });

  it('finds type and app for the dead letter', () => {
    expect(labelsOf(aRecord({ specversion: '1.0', ...envelope }))).toEqual({ type: envelope.type, app: 'demo' });
    expect(labelsOf(aRecord('{ broken'))).toEqual({ type: null, app: null });
  });
});
