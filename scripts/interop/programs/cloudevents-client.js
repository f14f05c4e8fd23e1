// The CloudEvents SDK for JavaScript: posts events in each of its modes, and reads records that it is given.
import { CloudEvent, HTTP, Kafka } from 'cloudevents';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';

const [mode, ...options] = process.argv.slice(2);

if (mode === 'http') {
  const [url, key, data] = options;
  const event = (id, more) =>
    new CloudEvent({ id, source: '/interop/js', type: 'send.requested.v1', datacontenttype: 'application/json', ...more });
  const messages = [
    HTTP.binary(event('js-binary', { data: JSON.parse(data) })),
    HTTP.structured(event('js-structured', { data: new Uint8Array(Buffer.from(data)) })),
    {
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify([event('js-batch', { data: JSON.parse(data) })]),
    },
  ];
  for (const { headers, body } of messages) {
    const answer = await globalThis.fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${key}` },
      body,
    });
    process.stdout.write(`${await answer.text()}\n`);
  }
} else {
  for (const { headers, value } of JSON.parse(readFileSync(0, 'utf8'))) {
    process.stdout.write(`${Kafka.toEvent({ headers, body: value, value }).type}\n`);
  }
}
