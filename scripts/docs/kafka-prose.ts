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
- **What comes back.** \`push.activity\` has every fact ([activity.md](activity.md)), and says what became of what was asked: [send.finished.v1](#sendfinishedv1) with the send's id and its sums, [token.removed.v1](#tokenremovedv1),
  [send.forgotten.v1](#sendforgottenv1), and [request.rejected.v1](#requestrejectedv1) with the \`source\` and \`id\` of an event for which nothing was done. Pass over types that you
  do not know. An event may come more than once, always with the same \`id\`: remember the ids of the last hours, or do twice what does no harm twice.
- **Dead letters.** What is no CloudEvent (\`unreadable\`), is of a type that is not taken there (\`event_type_unknown\`), does not fit its contract (\`invalid_data\`), or is refused with a code of
  [errors.md](errors.md), is kept as a dead letter with its reason, copied to \`<topic>.dead\`, and answered with \`request.rejected.v1\`. Nothing is passed over in silence, and one bad
  record holds up no other.
- **Whose events.** Whoever may write on \`push.request\` may ask for sends of any app. For apps named in \`KAFKA_APP_TOPICS\` there are topics of their own, \`push.request.<app>\` and \`push.track.<app>\`: what is published
  there is for that app, whether its data names it or not; a record that names another is a dead letter of the topic's app, \`app_mismatch\`. With a server key, \`POST /v1/events\` takes events of the key's app alone, in either runtime.
- **Schemas.** \`GET /v1/schemas/send.requested.v1\` is the JSON Schema of \`data\` with the whole body of a send; [asyncapi.json](asyncapi.json) describes every topic.

### Who may publish and read what

Brokers with an authorizer keep producers to their app. Let each have a principal of its own that may write on its app's topics and nowhere else, and leave \`push.request\` and \`push.track\` to the platform, which publishes there what
comes by HTTP (\`PREFIX\` is \`KAFKA_TOPIC_PREFIX\`):

\`\`\`sh
# the platform: all topics and groups of the prefix
kafka-acls.sh --bootstrap-server BROKER --add --allow-principal User:carillon --operation All --topic PREFIX --group PREFIX --resource-pattern-type prefixed
kafka-acls.sh --bootstrap-server BROKER --add --allow-principal User:carillon --operation IdempotentWrite --cluster
# the producers of one app
kafka-acls.sh --bootstrap-server BROKER --add --allow-principal User:shop --operation Write --operation Describe --topic PREFIXpush.request.shop --topic PREFIXpush.track.shop
# whoever reads the answers, with a group of its own; the topic tells of every app
kafka-acls.sh --bootstrap-server BROKER --add --allow-principal User:shop-reader --operation Read --operation Describe --topic PREFIXpush.activity --group shop-reader
\`\`\`

With an empty prefix the first rule wants \`--topic push. --group carillon.\`. Nobody else needs the other topics: \`push.plan\`, \`push.dispatch.*\`, \`push.outcome\`, \`push.settled\`, \`push.installation\`, \`push.user\` and
\`push.receipt\` are between the platform's own services, and the \`.dead\` topics hold what others wrote.`;
}
