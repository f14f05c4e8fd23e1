import type { ParsedCloudEvent } from '../../src/cloud-events/cloud-event-attributes.ts';
import { MAX_EVENT_LENGTH } from '../../src/cloud-events/event-data.ts';
import { MAX_BATCH_EVENTS, distinctHeaders, parseHttpEvents } from '../../src/cloud-events/parse-http-events.ts';
import { parseRecordEvent } from '../../src/cloud-events/parse-record-event.ts';

const receivedAt = Date.parse('2026-03-01T12:00:00.000Z');
const structuredType = 'application/cloudevents+json; charset=utf-8';
const event = { specversion: '1.0', id: 'e1', source: 'shop/orders', type: 'send.requested.v1', data: { app: 'demo' } };
const envelope = { id: 'e1', source: 'shop/orders', type: 'send.requested.v1', time: '2026-03-01T12:00:00.000Z', data: { app: 'demo' } };
const binary = ['ce-specversion', '1.0', 'Ce-Id', 'e1', 'ce-source', 'shop/orders', 'ce-type', 'send.requested.v1'];
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');

function one(headers: readonly string[], body: unknown): Partial<ParsedCloudEvent> {
  const { events, problem } = parseHttpEvents(distinctHeaders(headers), body, receivedAt);
  return events?.[0] ?? { problems: [problem!] };
}

const structured = (body: unknown) => one(['Content-Type', structuredType], body);
const fromRecord = (body: unknown) => parseRecordEvent({ 'content-type': structuredType }, JSON.stringify(body), receivedAt);
const pointersOf = (body: unknown) => structured(body).problems?.map(({ pointer }) => pointer);

describe('an event in a request', () => {
  it('is taken in structured mode, and without the content type of that', () => {
    expect(structured(event)).toEqual({ envelope });
    expect(one(['content-type', 'application/json'], event)).toEqual({ envelope });
    expect(one([], event)).toEqual({ envelope });
  });

  it.each([[['content-type', 'application/json']], [['content-type', 'application/vnd.shop.v2+json; charset=UTF-8']], [['content-type', 'text/json']], [['content-type', '']], [[]]])(
    'is taken in binary mode with %j',
    (type) => {
      expect(one([...binary, ...type], { app: 'demo' })).toEqual({ envelope });
    },
  ); // prettier-ignore

  it.each([
    ['application/xml', '/datacontenttype'],
    ['nonsense', '/datacontenttype'],
    ['application/json; charset=iso-8859-1', '/datacontenttype'],
    ['application/cloudevents+xml', ''],
    ['application/cloudevents+json; charset=utf-16', ''],
    ['application/cloudevents-batch+json; charset=latin1', ''],
  ])('is refused with %s', (type, pointer) => {
    expect(one([...binary, 'content-type', type], { app: 'demo' }).problems).toMatchObject([{ pointer }]);
  });

  it('is refused with two content types', () => {
    expect(one([...binary, 'content-type', 'application/json', 'Content-Type', structuredType], {}).problems).toMatchObject([
      { pointer: '' },
    ]);
  });

  it.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['Fran%C3%A7ois 100%25', 'François 100%'],
    ['"quoted \\"twice\\" \\\\ here"', 'quoted "twice" \\ here'],
    ['"%22"', '"'],
    ['%2522', '%22'],
    ['%41lways', 'Always'],
    ['"a\\"b"', 'a"b'],
  ])('has %s as the text that section 3.1.3.2 says', (value, subject) => {
    expect(one([...binary, 'ce-subject', value], {}).envelope?.subject).toBe(subject);
  });

  it.each([
    '100%',
    '%zz',
    '%4',
    '%C0%A0',
    '%FF',
    '%ED%A0%80',
    '"open',
    '"a\\"',
    'a"b',
    'ab"',
    'a\\"b',
    'a"b" c" "'.slice(4),
    'Fran\u00e7ois',
  ])('is refused with the malformed value %j', (value) => {
    expect(one([...binary, 'ce-subject', value], {}).problems).toMatchObject([{ pointer: '/subject' }]);
  });

  it('is refused where an attribute is given twice, stands for another header, or has no name', () => {
    const refused = one(
      [...binary, 'CE-ID', 'e2', 'ce-datacontenttype', 'application/json', 'ce-data', 'x', 'ce-trace-id', '1', 'ce-', '2'],
      {},
    );

    expect(refused.problems?.map(({ pointer }) => pointer).sort()).toEqual(['/', '/data', '/datacontenttype', '/id', '/trace-id']);
  });

  it('keeps subject, time and trace, and accepts unknown extensions', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const time = '2026-02-01T00:00:00+01:00';

    expect(structured({ ...event, subject: 'o-1', time, traceparent, tenant: 7, vip: true, region: null })).toEqual({
      envelope: { ...envelope, subject: 'o-1', time, traceparent },
    });
    expect(one(['content-type', structuredType, 'traceparent', traceparent], event).envelope?.traceparent).toBe(traceparent);
  });

  it('names all problems at once, whoever carries it', () => {
    const bad = {
      ...{ specversion: '0.3', id: '', type: 7, time: 'yesterday', subject: {}, datacontenttype: 'text/xml' },
      ...{ 'Trace-Id': 'x', my_tenant: 'x', region: { name: 'x' }, data_base64: '*' },
    };
    const pointers = ['/specversion', '/id', '/source', '/type', '/subject', '/time', '/datacontenttype', '/Trace-Id', '/my_tenant', '/region', '/data_base64'];

    expect(pointersOf(bad)).toEqual(pointers);
    expect(fromRecord(bad).problems?.map(({ pointer }) => pointer)).toEqual(pointers);
  }); // prettier-ignore

  it.each(['2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2026-04-31T12:00:00+02:00', '2026-13-01T00:00:00Z', '2026-01-01', '2026-01-01T24:01:00Z'])(
    'has no time such as %s',
    (time) => {
      expect(pointersOf({ ...event, time })).toEqual(['/time']);
    },
  ); // prettier-ignore

  it('has no control characters in what it is known by, so that two identities never become one', () => {
    expect(pointersOf({ ...event, source: 'a\u001fb' })).toEqual(['/source']);
    expect(pointersOf({ ...event, id: 'a\u0000' })).toEqual(['/id']);
    expect(pointersOf({ ...event, subject: '\ud800' })).toEqual(['/subject']);
    expect(one([...binary.slice(0, 3), 'a%1Fb', ...binary.slice(4)], {}).problems).toMatchObject([{ pointer: '/id' }]);
  });

  it('bounds an event, its attributes and the list of its problems', () => {
    const long = { ...event, id: 'i'.repeat(257), source: 's'.repeat(513), type: 't'.repeat(256), subject: 's'.repeat(513) };
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`${'K'.repeat(900)}${n}`, n]));

    expect(pointersOf(long)).toEqual(['/id', '/source', '/type', '/subject']);
    expect(JSON.stringify(structured({ ...event, ...many }).problems).length).toBeLessThan(5_000);
  });

  it.each([[null], [[]], ['text'], [12]])('is not %j', (body) => {
    expect(pointersOf(body)).toEqual(['']);
  });

  it('is missed where there is nothing', () => {
    expect(parseHttpEvents({}, undefined, receivedAt)).toEqual({ problem: { pointer: '', message: 'Holds no event' } });
    expect(one(binary, undefined)).toEqual({ envelope: { ...envelope, data: undefined } });
  });
});

describe('data_base64', () => {
  const { data: _, ...bare } = event;

  it.each([[{}], [{ datacontenttype: 'application/json' }], [{ datacontenttype: 'application/vnd.shop+json' }], [{ data: null }]])(
    'is decoded over both transports and in batches with %j',
    (more) => {
      const encoded = { ...bare, ...more, data_base64: base64('{"app":"demo"}') };

      expect(structured(encoded)).toEqual({ envelope });
      expect(fromRecord(encoded)).toEqual({ envelope });
      expect(parseHttpEvents(distinctHeaders(['content-type', 'application/cloudevents-batch+json']), [encoded, encoded], receivedAt)).toEqual({
        events: [{ envelope }, { envelope }],
      });
    },
  ); // prettier-ignore

  it.each([
    ['characters of another alphabet', { data_base64: 'eyJh-_==' }],
    ['a missing end', { data_base64: 'e30' }],
    ['a line break', { data_base64: 'e30=\n' }],
    ['no text', { data_base64: 7 }],
    ['data beside it', { data_base64: 'e30=', data: {} }],
    ['bytes that are no UTF-8', { data_base64: base64(Buffer.from([0x22, 0xff, 0x22])) }],
    ['no JSON', { data_base64: base64('{"app"') }],
    ['a shape that is too deep', { data_base64: base64('['.repeat(100) + ']'.repeat(100)) }],
    ['a key that bodies may not have', { data_base64: base64('{"__proto__":{}}') }],
    ['half a character', { data_base64: base64('"\\ud800"') }],
  ])('is refused with %s', (_what, encoded) => {
    expect(pointersOf({ ...bare, ...encoded })).toEqual(['/data_base64']);
    expect(fromRecord({ ...bare, ...encoded }).problems).toMatchObject([{ pointer: '/data_base64' }]);
  });
});

describe('a batch of events', () => {
  const batch = (body: unknown) =>
    parseHttpEvents(distinctHeaders(['Content-Type', 'application/cloudevents-batch+json']), body, receivedAt);

  it('is answered for each event, and may be empty', () => {
    expect(batch([event, { ...event, id: 7 }]).events).toEqual([
      { envelope },
      expect.objectContaining({ problems: [expect.objectContaining({ pointer: '/id' })] }),
    ]);
    expect(batch([])).toEqual({ events: [] });
  });

  it.each([[{}], ['nonsense'], [undefined], [Array.from({ length: MAX_BATCH_EVENTS + 1 }, () => event)]])('is not %j', (body) => {
    expect(batch(body).problem?.pointer).toBe('');
  });
});

describe('an event in a record', () => {
  const problemsOf = (headers: Record<string, string>, value: string) =>
    parseRecordEvent(headers, value, receivedAt).problems?.map(({ pointer }) => pointer);
  const attributes = { ce_specversion: '1.0', ce_id: 'e1', ce_source: 'shop/orders', ce_type: 'send.requested.v1' };

  it('is read as it stands: Kafka encodes nothing', () => {
    const headers = { ...attributes, ce_subject: 'Fran%C3%A7ois "é" 100%' };

    expect(parseRecordEvent(headers, '{"app":"demo"}', receivedAt)).toEqual({ envelope: { ...envelope, subject: headers.ce_subject } });
  });

  it('may have no data', () => {
    expect(parseRecordEvent(attributes, '', receivedAt).envelope?.data).toBeUndefined();
    expect(problemsOf({}, '')).toEqual(['']);
  });

  it('is refused where two headers of one attribute differ', () => {
    expect(problemsOf({ ...attributes, 'ce-id': 'e1', CE_SOURCE: 'other' }, '{}')).toEqual(['/source']);
  });

  it('is no batch, and in no other format', () => {
    expect(problemsOf({ 'content-type': 'application/cloudevents-batch+json' }, JSON.stringify([event]))).toEqual(['']);
    expect(problemsOf({ ...attributes, 'content-type': 'application/cloudevents+avro' }, '{}')).toEqual(['']);
  });

  it.each([['{"secret": oops'], ['['.repeat(1_000_000)], ['x'.repeat(MAX_EVENT_LENGTH + 1)], ['{"constructor":1}'], ['"\\udc00"']])(
    'is refused, and its text not quoted: %.20s…',
    (value) => {
      const { problems } = parseRecordEvent({}, value, receivedAt);

      expect(problems).toMatchObject([{ pointer: '' }]);
      expect(problems?.[0]?.message.length).toBeLessThan(60);
    },
  );

  it('says who an unreadable event was, as far as that could be read', () => {
    expect(fromRecord({ ...event, specversion: '2' })).toMatchObject({ id: 'e1', source: 'shop/orders', type: 'send.requested.v1' });
    expect(parseRecordEvent(attributes, '{ broken', receivedAt)).toMatchObject({ id: 'e1', source: 'shop/orders' });
  });
});
