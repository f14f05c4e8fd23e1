import {
  MAX_BATCH_EVENTS,
  MAX_EVENT_LENGTH,
  isCloudEventBatch,
  parseCloudEvent,
  parseCloudEventBatch,
} from '../../src/cloud-events/parse-cloud-event.ts';

const receivedAt = Date.parse('2026-03-01T12:00:00.000Z');
const structuredHeaders = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const event = { specversion: '1.0', id: 'e1', source: 'shop/orders', type: 'send.requested.v1', data: { app: 'demo' } };
const envelope = { id: 'e1', source: 'shop/orders', type: 'send.requested.v1', time: '2026-03-01T12:00:00.000Z', data: { app: 'demo' } };

function pointersOf(body: unknown, headers: Record<string, string> = structuredHeaders): readonly string[] | undefined {
  return parseCloudEvent(headers, body, receivedAt).problems?.map(({ pointer }) => pointer);
}

describe('reading a CloudEvent', () => {
  it('takes structured mode, from text, bytes and parsed JSON', () => {
    const text = JSON.stringify(event);

    for (const body of [text, Buffer.from(text), event]) expect(parseCloudEvent(structuredHeaders, body, receivedAt)).toEqual({ envelope });
  });

  it('takes a structured event without its content type', () => {
    expect(parseCloudEvent({ 'content-type': 'application/json' }, JSON.stringify(event), receivedAt)).toEqual({ envelope });
    expect(parseCloudEvent({}, JSON.stringify(event), receivedAt)).toEqual({ envelope });
  });

  it.each([
    ['HTTP', { 'ce-specversion': '1.0', 'Ce-Id': 'e1', 'ce-source': 'shop/orders', 'ce-type': 'send.requested.v1' }],
    ['Kafka', { ce_specversion: '1.0', ce_id: Buffer.from('e1'), ce_source: 'shop/orders', ce_type: ['send.requested.v1'] }],
  ])('takes binary mode of %s', (_name, headers) => {
    const parsed = parseCloudEvent({ ...headers, 'content-type': 'application/json' }, '{"app":"demo"}', receivedAt);

    expect(parsed).toEqual({ envelope });
  });

  it('decodes the percent-encoding of HTTP and leaves that of Kafka alone', () => {
    const subjectOf = (prefix: string) =>
      parseCloudEvent(
        {
          [`${prefix}specversion`]: '1.0',
          [`${prefix}id`]: 'e',
          [`${prefix}source`]: 's',
          [`${prefix}type`]: 't',
          [`${prefix}subject`]: 'Fran%C3%A7ois 100%25',
        },
        '{}',
        receivedAt,
      ).envelope?.subject;

    expect(subjectOf('ce-')).toBe('François 100%');
    expect(subjectOf('ce_')).toBe('Fran%C3%A7ois 100%25');
  });

  it('keeps subject, time and trace, and accepts unknown extensions', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const parsed = parseCloudEvent(
      structuredHeaders,
      { ...event, subject: 'o-1', time: '2026-02-01T00:00:00+01:00', traceparent, tenant: 7 },
      receivedAt,
    );

    expect(parsed).toEqual({ envelope: { ...envelope, subject: 'o-1', time: '2026-02-01T00:00:00+01:00', traceparent } });
  });

  it('takes the trace from the header when the event has none', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

    expect(parseCloudEvent({ ...structuredHeaders, traceparent }, event, receivedAt).envelope?.traceparent).toBe(traceparent);
  });

  it('names all problems at once', () => {
    expect(
      pointersOf({ specversion: '0.3', id: '', type: 7, time: 'yesterday', subject: {}, data_base64: 'AA==', datacontenttype: 'text/xml' }),
    ).toEqual(['/specversion', '/id', '/source', '/type', '/subject', '/time', '/datacontenttype', '/data_base64']);
  });

  it('refuses binary mode whose data is not JSON', () => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': 'e', 'ce-source': 's', 'ce-type': 't', 'content-type': 'application/xml' };

    expect(pointersOf({}, headers)).toEqual(['/datacontenttype']);
  });

  it('says who an unreadable event was, as far as that could be read', () => {
    expect(parseCloudEvent(structuredHeaders, { ...event, specversion: '2' }, receivedAt)).toMatchObject({
      id: 'e1',
      source: 'shop/orders',
      type: 'send.requested.v1',
    });
    expect(parseCloudEvent(structuredHeaders, '{"secret": oops', receivedAt)).toEqual({
      problems: [{ pointer: '', message: 'Not JSON' }],
      id: null,
      source: null,
      type: null,
    });
  });

  it.each([[null], ['[]'], ['"text"'], ['12'], [undefined]])('refuses %j', (body) => {
    expect(pointersOf(body)).toEqual(['']);
  });

  it('bounds an event and its attributes', () => {
    expect(pointersOf('x'.repeat(MAX_EVENT_LENGTH + 1))).toEqual(['']);
    expect(pointersOf({ ...event, id: 'i'.repeat(257), source: 's'.repeat(513), type: 't'.repeat(256), subject: 's'.repeat(513) })).toEqual(
      ['/id', '/source', '/type', '/subject'],
    );
  });
});

describe('reading a batch of CloudEvents', () => {
  it('answers for each event', () => {
    const { events } = parseCloudEventBatch(JSON.stringify([event, { ...event, id: 7 }]), receivedAt);

    expect(events).toEqual([{ envelope }, expect.objectContaining({ problems: [expect.objectContaining({ pointer: '/id' })] })]);
  });

  it('is known by its content type', () => {
    expect(isCloudEventBatch({ 'Content-Type': 'application/cloudevents-batch+json' })).toBe(true);
    expect(isCloudEventBatch(structuredHeaders)).toBe(false);
  });

  it.each([['{}'], ['nonsense'], [JSON.stringify(Array.from({ length: MAX_BATCH_EVENTS + 1 }, () => event))]])(
    'refuses what is none, or too much',
    (body) => {
      expect(parseCloudEventBatch(body, receivedAt).problem?.pointer).toBe('');
    },
  );
});
