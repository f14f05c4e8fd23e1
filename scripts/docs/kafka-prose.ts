/** How internal services use Kafka; `event` is a structured event without `time`. */
export function eventsOverKafka(event: Readonly<Record<string, unknown>>): string {
  const { data, datacontenttype: _, ...attributes } = event;
  const headers = Object.entries(attributes).map(([name, value]) => `ce_${name}: ${String(value)}`);
  return `## Kafka for your services

In the distributed runtime services publish on \`push.request\` and \`push.track\` and read \`push.activity\`, each with the value of \`KAFKA_TOPIC_PREFIX\` before
its name. \`examples/internal-service\` is a whole service in TypeScript; its README shows the same with \`kcat\` and with Kafka's own console tools. The value
is UTF-8; a batch may be packed with gzip, Snappy, LZ4 or Zstandard, and records of a transaction count once it is committed.

Structured mode, one JSON text with all attributes; each record of ours has the header \`content-type: application/cloudevents+json; charset=utf-8\`, those on \`<topic>.dead\` among them, unless
their original was binary. In yours it should stand, too, and may be missing:

\`\`\`
key:   demo
value: ${JSON.stringify(event)}
\`\`\`

Binary mode, with the attributes as headers and the data alone as the value. Header names count in any case; what Spring Cloud Stream writes is understood too
(\`ce-\` for \`ce_\`, \`contentType\`, quoted addresses). An attribute that is given twice with different values is \`unreadable\`:

\`\`\`
key:    demo
header: ${[...headers, 'content-type: application/json'].join('\nheader: ')}
value:  ${JSON.stringify(data)}
\`\`\`

- **Key.** Use the key of the table above: \`{app}\` on \`push.request\`, \`{app}:{externalId}\` on \`push.track\`. Events of one partition are handled one at a time and in
  order by that key, whatever key the record has, or none. A record without the key lands on any partition, and Kafka keeps no order between partitions: who
  needs two updates of one user in their order gives the key. Any partitioner will do, as long as yours stays the same.
- **Identity.** (app, \`source\`, \`id\`), in both modes, on any partition, over Kafka or HTTP: the same send, once, for ever. Its id is the UUID of version 5 (RFC 9562) in
  the namespace \`5d2f6c1e-8b7a-4f0d-9c3e-2a1b4c5d6e7f\` of app, \`source\` and \`id\` with U+001F between them, so you know it before anybody answers.
- **Age.** Without \`time\` an event counts from the moment that the broker took its record. Older than the smaller of its \`ttl\` and 24 hours, it is never sent: \`too_old\`.
- **Limits.** 1,000 users an event (\`too_many_users\`), no push tokens (\`tokens_not_in_events\`), 1,048,576 characters of value and 65,536 of headers; a batch unpacks to at most 64 MiB.
- **What comes back.** \`push.activity\` says what became of what was asked: [send.finished.v1](#sendfinishedv1) with the send's id and its sums, [token.removed.v1](#tokenremovedv1),
  [send.forgotten.v1](#sendforgottenv1), and [request.rejected.v1](#requestrejectedv1) with the \`source\` and \`id\` of an event for which nothing was done. Pass over types that you
  do not know. An event may come more than once, always with the same \`id\`: remember the ids of the last hours, or do twice what does no harm twice.
- **Dead letters.** What is no CloudEvent (\`unreadable\`), is of a type that is not taken there (\`event_type_unknown\`), does not fit its contract (\`invalid_data\`), or is refused with a code of
  [errors.md](errors.md), is kept as a dead letter with its reason, copied to \`<topic>.dead\`, and answered with \`request.rejected.v1\`. Nothing is passed over in silence, and one bad
  record holds up no other.
- **Schemas.** \`GET /v1/schemas/send.requested.v1\` is the JSON Schema of \`data\` with the whole body of a send; [asyncapi.json](asyncapi.json) describes every topic.`;
}
