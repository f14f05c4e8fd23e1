import fc from 'fast-check';
import type { Request } from './ask.ts';
import { hostileBody, hostileText, hostileValue } from './hostile.ts';

const identity = fc.record({ source: fc.constantFrom('/fuzz', '/shop/orders'), id: fc.uuid() });
const send = { to: { users: ['u0'] }, message: { title: 'Hi' } };
const types = fc.constantFrom(
  'send.requested.v1',
  'user.updated.v1',
  'send.requested.v2',
  'send.finished.v1',
  'request.rejected.v1',
  '',
  'x'.repeat(300),
);

/** The data of events: what we take, nearly that, and anything. */
function dataFor(app: string): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fc.constant({ app, ...send }), weight: 4 },
    { arbitrary: fc.constant({ app, externalId: 'u1', tags: ['vip'] }), weight: 2 },
    { arbitrary: hostileValue.map((to) => ({ app, ...send, to })), weight: 3 },
    { arbitrary: hostileValue.map((message) => ({ app, ...send, message })), weight: 2 },
    { arbitrary: hostileValue.map((tags) => ({ app, externalId: 'u1', tags })), weight: 2 },
    { arbitrary: hostileValue.map((other) => ({ app: other, ...send })), weight: 2 },
    {
      arbitrary: fc.constantFrom(['t'.repeat(64)], [], ['']).map((tokens) => ({ app, ...send, to: { provider: 'apns', tokens } })),
      weight: 1,
    },
    { arbitrary: hostileValue, weight: 2 },
  );
}

function envelopeFor(app: string): fc.Arbitrary<Record<string, unknown>> {
  const odd = fc.oneof(
    { arbitrary: fc.constant({}), weight: 8 },
    { arbitrary: fc.record({ name: fc.constantFrom('id', 'source', 'type', 'time', 'subject', 'specversion', 'datacontenttype', 'data_base64', 'traceparent', 'extension'), value: hostileValue }).map(({ name, value }) => ({ [name]: value })), weight: 4 },
    { arbitrary: fc.constantFrom('2020-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '2026-02-30T00:00:00Z', 'now', '-271821-04-20T00:00:00Z').map((time) => ({ time })), weight: 2 },
  ); // prettier-ignore
  return fc
    .tuple(identity, types, dataFor(app), odd)
    .map(([{ source, id }, type, data, changed]) => ({ specversion: '1.0', id, source, type, data, ...changed }));
}

/** Requests to POST /v1/events in every mode. */
export function eventRequests(app: string, key: string): fc.Arbitrary<Request> {
  const envelope = envelopeFor(app);
  const binary = fc.tuple(envelope, hostileText).map(([{ data, ...attributes }, odd]) => ({
    type: 'application/json',
    body: JSON.stringify(data),
    headers: Object.fromEntries([...Object.entries(attributes), ['odd', odd]].map(([name, value]) => [`ce-${name}`, headerText(value)])),
  }));
  const structured = envelope.map((event) => ({ type: 'application/cloudevents+json', body: JSON.stringify(event), headers: {} }));
  const batch = fc.oneof(fc.array(envelope, { maxLength: 6 }), fc.array(hostileValue, { maxLength: 3 }), hostileValue).map((events) => ({
    type: 'application/cloudevents-batch+json',
    body: JSON.stringify(events),
    headers: {},
  }));
  const wild = fc.record({
    type: fc.constantFrom(
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'application/cloudevents+xml',
      'application/json',
    ),
    body: hostileBody,
    headers: fc.constantFrom<Record<string, string>>({}, { 'ce-id': '%', 'ce-type': '%zz' }, { 'ce-id': 'x' }),
  });
  return fc.oneof({ arbitrary: structured, weight: 4 }, { arbitrary: binary, weight: 4 }, { arbitrary: batch, weight: 4 }, { arbitrary: wild, weight: 2 }).map(
    ({ type, body, headers }) => ({
      method: 'POST',
      path: '/v1/events',
      headers: { ...headers, authorization: `Bearer ${key}`, 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
      body,
    }),
  ); // prettier-ignore
}

/** A record as a producer hands it to Kafka. */
export interface FuzzedRecord {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | Buffer[]>;
}

/** Records of services that know CloudEvents, nearly know them, or do not, in both modes. */
export function eventRecords(app: string): fc.Arbitrary<FuzzedRecord> {
  const keys = fc.oneof(
    fc.constantFrom(null, app, '', 'order-17'),
    hostileText.filter(({ length }) => length <= 5_000),
  );
  const envelope = envelopeFor(app);
  const odd = fc.constantFrom(Buffer.alloc(0), Buffer.from([0xff, 0xfe]), [Buffer.from('one'), Buffer.from('two')]);
  const binary = fc.tuple(envelope, odd, fc.constantFrom('ce_', 'ce-', 'CE_')).map(([{ data, ...attributes }, oddValue, prefix]) => ({
    value: bytesOf(JSON.stringify(data) as string | undefined),
    headers: {
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${prefix}${name}`, Buffer.from(shortText(value))])),
      odd: oddValue,
    },
  }));
  const structured = envelope.map((event) => ({
    value: bytesOf(JSON.stringify(event)),
    headers: { 'content-type': Buffer.from('application/cloudevents+json') },
  }));
  const wild = fc.record({
    value: fc.oneof(hostileBody.map(bytesOf), fc.constantFrom(null, Buffer.from([0x7b, 0xff, 0x7d]))),
    headers: fc.constantFrom<Record<string, Buffer | Buffer[]>>(
      {},
      { ce_id: Buffer.from([0xc3]) },
      { ce_type: [Buffer.from('a'), Buffer.from('b')] },
    ),
  });
  const record = fc.oneof({ arbitrary: structured, weight: 4 }, { arbitrary: binary, weight: 4 }, { arbitrary: wild, weight: 2 });
  return fc.tuple(keys, record).map(([key, { value, headers }]) => ({ key, value, headers }));
}

function bytesOf(text: string | Buffer | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text);
}

/** What a header can carry of a value. */
function headerText(value: unknown): string {
  return encodeURIComponent(shortText(value));
}

function shortText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, 600).toWellFormed();
}
