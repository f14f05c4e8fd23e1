import { parseRecordEvent } from '../../src/cloud-events/parse-record-event.ts';

const at = Date.parse('2026-03-01T12:00:00.000Z');
const envelope = {
  id: 'order 1',
  source: '/shop?x=%20',
  type: 'send.requested.v1',
  time: '2026-03-01T12:00:00.000Z',
  data: { app: 'demo' },
};
const attributes = { specversion: '1.0', id: envelope.id, source: envelope.source, type: envelope.type };
const value = '{"app":"demo"}';

function prefixed(prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, text]) => [`${prefix}${name}`, text]));
}

describe('reading a CloudEvent from a record', () => {
  it.each([
    ['the binding says', { ...prefixed('ce_'), 'content-type': 'application/json' }],
    ['the binding says, in other letters', { ...prefixed('CE_'), 'Content-Type': 'application/json; charset=utf-8' }],
    ['Spring did', { ...prefixed('ce-'), contentType: 'application/json' }],
    [
      'Spring does',
      {
        ...prefixed('ce_'),
        ce_source: `"${envelope.source}"`,
        ce_datacontenttype: '"application/json"',
        contentType: '"application/json"',
        spring_json_header_types: '{"ce_source":"java.net.URI","contentType":"org.springframework.util.MimeType"}',
      },
    ],
  ])('understands binary mode as %s', (_who, headers) => {
    expect(parseRecordEvent({ ...headers, b3: 'unknown' }, value, at)).toEqual({ envelope });
  });

  it.each([
    ['application/cloudevents+json', {}],
    ['application/cloudevents+json; charset=UTF-8', prefixed('ce_')],
    ['application/json', {}],
  ])('understands structured mode under %s', (type, headers) => {
    const event = JSON.stringify({ ...attributes, data: envelope.data, partitionkey: 'unknown' });

    expect(parseRecordEvent({ ...headers, 'content-type': type }, event, at)).toEqual({ envelope });
  });

  it('leaves quotes alone that nobody put around a text', () => {
    expect(parseRecordEvent({ ...prefixed('ce_'), ce_id: '"order-1"' }, value, at).envelope?.id).toBe('"order-1"');
  });

  it('says what a record in binary mode does not', () => {
    const { ce_source: _, ...headers } = prefixed('ce_');

    expect(parseRecordEvent({ ...headers, 'content-type': 'application/avro' }, value, at).problems).toEqual([
      { pointer: '/source', message: expect.any(String) as string },
      { pointer: '/datacontenttype', message: expect.any(String) as string },
    ]);
  });
});
