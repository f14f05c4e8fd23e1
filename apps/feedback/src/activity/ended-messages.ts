import { eventOf, messagesEndedV1, receiptReportedV1, receiptsReportedV1, type DomainEvent, type EventEnvelope } from '#libs/events';
import { messageId as messageIdOf, uuid5 } from '#libs/kernel';
import { classOf, receiptFactId, type BatchEntries, type BatchResult } from '#libs/sends';
import type { z } from 'zod';

type MessagesEnded = z.output<typeof messagesEndedV1.data>;
type ReceiptsReported = z.output<typeof receiptsReportedV1.data>;

/** The last word of a batch's messages, of those that have it, by how they ended. */
export function endedMessagesOf({ batchId, revision, app, sendId, provider, ...result }: BatchResult, entries: BatchEntries): DomainEvent {
  const ends = result.results.flatMap(({ outcome, reason, messages }) => {
    const installationIds = [...messages.intersect(result.final)].flatMap((index) => entries.installationIds[index] ?? []);
    return installationIds.length > 0 ? [{ end: classOf(outcome), outcome, reason, provider, installationIds }] : [];
  });
  const id = uuid5('messages.ended', batchId, String(revision));
  return eventOf(messagesEndedV1, { app, sendId, ends }, { id, source: 'carillon/feedback', at: result.updatedAt });
}

/** A fact as it leaves the platform: what tells of many messages is a fact of each, always in the same order and with the same ids. */
export function* factsOf(envelope: EventEnvelope): Generator<EventEnvelope> {
  const { type, data } = envelope;
  if (type === messagesEndedV1.type) yield* endsIn(envelope, data as MessagesEnded);
  else if (type === receiptsReportedV1.type) yield* receiptsIn(envelope, data as ReceiptsReported);
  else yield envelope;
}

function* endsIn({ source, time }: EventEnvelope, { app, sendId, ends }: MessagesEnded): Generator<EventEnvelope> {
  for (const { end, outcome, reason, provider, installationIds } of ends) {
    for (const installationId of installationIds) {
      const messageId = messageIdOf(sendId, installationId);
      const fact = { app, sendId, messageId, installationId, provider, outcome, reason };
      yield { id: uuid5('message', end, messageId), type: `message.${end}.v1`, source, time, data: fact };
    }
  }
}

function* receiptsIn({ source, time }: EventEnvelope, { app, receipts }: ReceiptsReported): Generator<EventEnvelope> {
  for (const receipt of receipts) {
    const { messageId, kind, action = null } = receipt;
    const id = receiptFactId({ app, messageId, kind, action });
    yield { id, type: receiptReportedV1.type, source, time, data: { app, ...receipt } };
  }
}
