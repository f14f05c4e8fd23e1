import { currentTraceparent, isoTime, newId } from '#libs/kernel';
import type { z } from 'zod';

/** What a publisher promises about one event type and version: where it goes, what keeps it in order, what it carries. */
export interface EventContract<S extends z.ZodType = z.ZodType> {
  /** `<noun>.<what happened>.v<n>`; a published version is frozen. */
  readonly type: string;
  /** Every topic the event may travel on; consumers read them all. */
  readonly topics: readonly [string, ...string[]];
  readonly data: S;
  /** Told outside, too: each event also goes onto `push.activity`, in the same write. Its key begins with the app. Default false. */
  readonly isFact?: boolean;
  /** Internal services publish it, with the key of their choice or none. Default false. */
  readonly fromOutside?: boolean;
  /** Events of one key stay in order. */
  key(data: z.output<S>): string;
  /** The topic of this very event; the first of `topics` unless said. */
  topic?(data: z.output<S>): string;
}

/** CloudEvents 1.0 in memory; `data` has been checked against its contract. */
export interface EventEnvelope<D = unknown> {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject?: string;
  /** RFC 3339. */
  readonly time: string;
  readonly traceparent?: string;
  readonly data: D;
}

/** An event on its way: the envelope, and where the transport must put it. */
export interface DomainEvent<D = unknown> {
  readonly topic: string;
  readonly key: string;
  readonly envelope: EventEnvelope<D>;
}

export interface EventFacts {
  /** Derived from the cause wherever there is one, so that a repeat is recognisable. */
  readonly id?: string;
  /** The service that says it: `carillon/<service>`. */
  readonly source: string;
  readonly subject?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Declares an event contract. */
export function defineEvent<S extends z.ZodType>(contract: EventContract<S>): EventContract<S> {
  return contract;
}

/** Makes an event of a contract; carries the trace of the work that caused it. */
export function eventOf<S extends z.ZodType>(contract: EventContract<S>, data: z.output<S>, facts: EventFacts): DomainEvent<z.output<S>> {
  const traceparent = currentTraceparent();
  return {
    topic: contract.topic?.(data) ?? contract.topics[0],
    key: contract.key(data),
    envelope: {
      id: facts.id ?? newId(),
      type: contract.type,
      source: facts.source,
      ...(facts.subject !== undefined && { subject: facts.subject }),
      time: isoTime(facts.at),
      ...(traceparent !== undefined && { traceparent }),
      data,
    },
  };
}
