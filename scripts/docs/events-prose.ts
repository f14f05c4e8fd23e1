/** The words around the generated part of docs/events.md. */
export const eventsIntroduction = `# Events

Everything the services of Carillon tell each other, and what your services can tell Carillon. Each event is a
[CloudEvents 1.0](https://cloudevents.io) envelope; \`data\` follows a contract in \`libs/events\`, one file an event and version. The same contracts
make this page, [asyncapi.json](asyncapi.json) (AsyncAPI 3.0) and the JSON Schemas in [schemas/](schemas/), which a running platform answers at
\`GET /v1/schemas/{type}\`.

- **Envelope.** \`specversion\` \`1.0\`, \`id\`, \`source\` (\`carillon/<service>\` for ours), \`type\`, \`time\`, and where there is one \`subject\` and the W3C
  \`traceparent\` of the work that caused it.
- **Facts only.** Ids, numbers and codes: no push token, no credential, no text of a message. A token is named by its fingerprint; one that a provider
  moved travels sealed.
- **Frozen.** A published version gains optional fields at most; anything else is a \`v2\` beside it. The samples in \`libs/events/samples\` must parse for ever.
- **Order.** Events of one key are handled in order, one at a time; a consumer may see an event more than once, never out of its key's order but for
  repeats. Events about documents carry \`revision\`: apply only what is newer.
- **At least once.** State and the events it causes are stored in one write, and an event counts as handled when its handler is done. Ids are derived
  from the cause, so a repeat has the same id.

Each topic has a second one, \`<topic>.dead\`, with as many partitions and the same time of keeping. It holds copies of what could not be handled, with the
reason in headers (\`carillon-code\`, \`carillon-reason\`, \`carillon-tries\`, \`carillon-topic\`, \`carillon-partition\`, \`carillon-offset\`, \`carillon-group\`,
\`carillon-dead-letter\`). Push tokens, keys and what else should not have been sent are cut
out of them, as out of what is kept and shown of a refused record: \`[cut out]\` stands in their place, and the letter cannot be replayed. Headers of senders whose names begin with \`carillon-\`
mean nothing and are dropped. The list to work with is \`GET /v1/apps/{app}/dead-letters\`, where a letter can be replayed or deleted; the codes are in
[errors.md](errors.md#dead-letters).

In the embedded runtime topics are tables of the platform's own SQLite file: other processes reach them through HTTP. In the distributed runtime they are
topics of Apache Kafka, named with \`KAFKA_TOPIC_PREFIX\` in front, and your services may publish and listen there. Both ways are said below.`;

/** `event` is a structured event without `time`, as curl can send it at any moment. */
export function eventsPublishing(event: Readonly<Record<string, unknown>>): string {
  const { data, ...attributes } = event;
  const headers = Object.entries(attributes)
    .filter(([name]) => name !== 'datacontenttype')
    .map(([name, value]) => `  -H 'ce-${name}: ${String(value)}' \\`)
    .join('\n');
  return `## Publishing from your services

\`POST /v1/events\` with a server key takes \`send.requested.v1\` and \`campaign.triggered.v1\` (\`push.request\`), \`user.updated.v1\` and \`event.tracked.v1\` (\`push.track\`). The structured mode:

\`\`\`sh
curl http://127.0.0.1:8080/v1/events \\
  -H 'Authorization: Bearer cr_server_demo' \\
  -H 'Content-Type: application/cloudevents+json' \\
  -d '${JSON.stringify(event)}'
\`\`\`

The binary mode, with the attributes in headers and the data alone in the body:

\`\`\`sh
curl http://127.0.0.1:8080/v1/events \\
  -H 'Authorization: Bearer cr_server_demo' \\
${headers}
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(data)}'
\`\`\`

A batch of up to 1,000 is a JSON array of structured events with \`Content-Type: application/cloudevents-batch+json\`. The answer is 202 with the verdict on
each event, in order:

\`\`\`json
[{ "id": "order-17", "status": "accepted" }]
\`\`\`

- \`status\` is \`accepted\`, \`duplicate\` or \`rejected\`, the last with a \`problem\`: \`code\`, \`detail\` and \`errors\` with pointers into the event. The codes are in
  [errors.md](errors.md). One bad event stops no other.
- An event is known by app, \`source\` and \`id\`: asking twice for one send makes one, for ever. A repeat is \`duplicate\` from the moment that the first was accepted, for 30 days and over either door. One
  with other data is refused as \`duplicate_mismatch\`, and [request.rejected.v1](#requestrejectedv1) says so in public, since whoever wrote the first may have guessed the id: an event that you correct gets a new \`id\`.
- \`time\` may be missing; the moment of arrival stands in. A request older than the smaller of its \`ttl\` and 24 hours is never sent (\`too_old\`).
- One event names at most 1,000 users, and no push tokens (\`tokens_not_in_events\`): events are kept. An event has at most 1,048,576 characters. Extension attributes are accepted and ignored; they are named with a-z and 0-9, and hold a text, a number or a boolean.
- \`data_base64\` is taken where it holds JSON. \`datacontenttype\` may be any JSON (\`application/vnd.shop+json\`), in UTF-8; binary mode without \`Content-Type\` is JSON, too.
- Headers of binary mode are quoted and percent-encoded as section 3.1.3.2 of the HTTP binding 1.0.2 says; what is malformed, or given twice, is \`event_invalid\`.
- What is accepted and cannot be done after all becomes a dead letter and a [request.rejected.v1](#requestrejectedv1) on \`push.activity\`.`;
}
