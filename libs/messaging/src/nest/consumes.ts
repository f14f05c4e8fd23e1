import type { EventContract } from '#libs/events';
import { Catch, UseFilters, applyDecorators, type RpcExceptionFilter } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';
import type { z } from 'zod';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';

/** Nest would hide the error behind "Internal server error"; the transport needs its code. */
@Catch()
class OriginalErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

export interface ConsumeOptions {
  /** Keys that one process handles at the same time, of each topic or of the one named; the largest of a topic's handlers counts. */
  readonly concurrency?: number | ((topic: string) => number);
}

export interface DeadOptions {
  /** Also tell of records whose type could not be read at all. Default false. */
  readonly unreadable?: boolean;
}

/** What Nest hands back to the strategy with each handler. */
export interface ConsumerExtras extends ConsumeOptions, DeadOptions {
  readonly contract: EventContract;
}

/** Names a handler: unique for each service, so that two services that read one event never share a chain. */
export interface ConsumerPattern {
  readonly service: string;
  readonly type: string;
  /** The one topic that it is read from; all of the contract's unless said. */
  readonly topic?: string;
  /** Told of dead letters instead of events. */
  readonly about?: 'dead_letter';
}

/** Decorates a method that takes the data, and perhaps Nest's further arguments. */
type Handles<D> = <M extends (data: D, ...rest: never[]) => Promise<void>>(
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * `const consumes = consumerOf('campaign')` makes the decorator of that service's handlers: `@consumes(batchSettledV1)`.
 * With a topic the handlers read that alone: facts from `push.activity`, whatever other topic they are on.
 * A handler gets the event's data; `@Payload() data, @Ctx() context: EventContext` also its envelope.
 */
export function consumerOf(service: string, topic?: string) {
  return <S extends z.ZodType>(contract: EventContract<S>, options: ConsumeOptions = {}) =>
    applyDecorators(
      EventPattern({ service, type: contract.type, ...(topic !== undefined && { topic }) } satisfies ConsumerPattern, {
        ...options,
        contract,
      }),
      UseFilters(new OriginalErrors()),
    ) as Handles<z.output<S>>;
}

/**
 * `const onDead = deadLettersOf('dispatcher')`, then `@onDead(batchPlannedV1) async died(letter: DeadLetter)` beside the handler of that event:
 * called after the service has given an event up and its letter is stored, at least once, before the event's key goes on.
 */
export function deadLettersOf(service: string) {
  return <S extends z.ZodType>(contract: EventContract<S>, options: DeadOptions = {}) =>
    applyDecorators(
      EventPattern({ service, type: contract.type, about: 'dead_letter' } satisfies ConsumerPattern, { ...options, contract }),
      UseFilters(new OriginalErrors()),
    ) as Handles<DeadLetter>;
}
