/** The event of a user by which a message has done what it was for. Frozen into the send. */
export interface ConversionRule {
  readonly event: string;
  /** ms, both ends included: after the message was opened, else after it was accepted. */
  readonly withinMs: number;
  /** The property of the event, a number, whose values are summed. */
  readonly value?: string;
}

/** What the event came after. */
export type ConversionCause = 'opened' | 'accepted';

/** That a message has done what it was for. */
export interface Converted {
  /** When the event was, ms. */
  readonly at: number;
  readonly after: ConversionCause;
  /** Of the rule's property; 0 where there is no number. */
  readonly value: number;
  /** The name and the instant of the event: it counts for one message of a send. */
  readonly event: string;
}

/** A message that was accepted, of a send with such a rule. Feedback alone writes it. */
export interface Conversion {
  readonly app: string;
  readonly messageId: string;
  readonly sendId: string;
  readonly installationId: string;
  /** Whose message it was. */
  readonly ownerEpoch: number;
  /** ms. */
  readonly acceptedAt: number;
  /** null: not, or not yet. */
  readonly converted: Converted | null;
}

/** Distinct messages of a send that were converted. */
export interface ConversionCounts {
  readonly count: number;
  /** The sum of the events' values. */
  readonly value: number;
  readonly after: Readonly<Record<ConversionCause, number>>;
}

export const NO_CONVERSIONS: ConversionCounts = { count: 0, value: 0, after: { opened: 0, accepted: 0 } };

/** What the event came after; undefined where it was too early or too late. All in ms. */
export function causeOf(withinMs: number, at: number, acceptedAt: number, openedAt: number | null): ConversionCause | undefined {
  const isWithin = (since: number) => at >= since && at <= since + withinMs;
  if (openedAt !== null && isWithin(openedAt)) return 'opened';
  return isWithin(acceptedAt) ? 'accepted' : undefined;
}
