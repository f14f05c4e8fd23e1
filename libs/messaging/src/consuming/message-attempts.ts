import { Turns, inSpan } from '#libs/kernel';
import { REPLAY_HEADER } from '../dead-letters/dead-letter.ts';
import { bury } from './burial.ts';
import { pauseAfter } from './consume-settings.ts';
import type { ConsumerTools } from './consumer-tools.ts';
import type { ConsumptionGate } from './consumption-gate.ts';
import { EventContext } from './event-context.ts';
import { failureOf, isDependencyFailure, type Failure } from './failure.ts';
import type { Link } from './key-chains.ts';
import { LONG_RECORD, type LogRecord } from './log-record.ts';
import type { ProgressCommitter, ProgressSource } from './progress-committer.ts';
import { readFor } from './reading.ts';
import { groupOf, type Subscription } from './subscription.ts';
import type { Suspects } from './suspects.ts';

export interface Message extends Link {
  readonly record: LogRecord;
  /** Set when it is to be buried. */
  failure?: Failure;
}

/** What the partitions of one group member share. */
export interface MemberTools extends ConsumerTools {
  readonly subscription: Subscription;
  readonly gate: ConsumptionGate;
  readonly committer: ProgressCommitter;
}

const gaveUpBefore: Failure = {
  code: 'handler_failed',
  reason: 'Its tries had ended before the process was started again',
  permanent: true,
};
const endedProcess: Failure = {
  code: 'process_died',
  reason: 'The process ended three times while it handled this event',
  permanent: true,
};

/** Handles, counts the failures of, and at last buries the messages of one partition. */
export class MessageAttempts {
  constructor(
    private readonly tools: MemberTools,
    /** Failures by offset; stored with the partition's progress. */
    private readonly tries: Map<number, number>,
    private readonly suspects: Suspects,
    private readonly partition: ProgressSource,
  ) {}

  /** The pause before the next attempt, ms; undefined when the message is finished. Never rejects. */
  async attempt(message: Message): Promise<number | undefined> {
    try {
      if (this.suspects.includes(message.offset)) await this.#suspected(message);
      else await this.#amongOthers(() => this.#handle(message));
      this.tools.gate.recovered();
      return undefined;
    } catch (error) {
      return isDependencyFailure(error) ? this.#dependencyDown(error) : this.#failed(message, failureOf(error));
    }
  }

  async #handle(message: Message): Promise<void> {
    const { subscription, settings } = this.tools;
    const { record, offset } = message;
    const isLong = record.value.length > LONG_RECORD;
    if (isLong) await Turns.take(this.tools.clock, 'records');
    const tries = this.tries.get(offset) ?? 0;
    if (tries >= settings.tries) message.failure ??= gaveUpBefore;
    const reading = message.failure ? undefined : readFor(subscription, record, await this.#replayedFor(record));
    if (reading?.kind === 'dead') message.failure = reading.failure;
    if (message.failure) await bury(record, message.failure, tries, subscription, this.tools);
    if (reading?.kind !== 'event') return;
    if (isLong) await Turns.take(this.tools.clock, 'records');
    const { envelope, handler, data } = reading;
    const facts = {
      'messaging.system': this.tools.system,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': record.topic,
      'messaging.destination.partition.id': String(record.partition),
      'messaging.consumer.group.name': groupOf(subscription),
      'messaging.message.id': envelope.id,
      'carillon.event.type': envelope.type,
      'carillon.event.failures': tries,
    };
    await inSpan(`process ${record.topic}`, { kind: 'consumer', cause: envelope.traceparent ?? null, facts }, async () => {
      await handler.handle(data, new EventContext(envelope, record, tries));
    });
  }

  /** A header of a stranger is data: only the pass of a replay that the store knows says whom a record is for. */
  async #replayedFor({ headers, value }: LogRecord): Promise<string | undefined> {
    const pass = headers[REPLAY_HEADER];
    return pass === undefined ? undefined : this.tools.deadLetters.replayedFor(pass, value);
  }

  async #amongOthers(work: () => Promise<void>): Promise<void> {
    const { alone } = this.tools;
    const entering = alone.enter();
    if (entering) await entering;
    try {
      await work();
    } finally {
      alone.leave();
    }
  }

  async #suspected(message: Message): Promise<void> {
    if (!this.suspects.needsProcessAlone(message.offset)) return this.#amongOthers(() => this.#marked(message));
    const letGo = await this.tools.alone.hold();
    try {
      await this.#marked(message);
    } finally {
      // Whoever is next may end the process: it must not be this one's third end.
      await this.tools.committer.saveNow(this.partition).catch(() => undefined);
      letGo();
    }
  }

  /** The mark is stored before the handler starts, so that an end of the process names its suspect. */
  async #marked(message: Message): Promise<void> {
    const { offset } = message;
    try {
      if (this.suspects.isGivenUp(offset)) message.failure = endedProcess;
      this.suspects.take(offset);
      await this.tools.committer.saveNow(this.partition);
      await this.#handle(message);
    } finally {
      this.suspects.putDown(offset);
    }
  }

  #dependencyDown(error: unknown): number {
    const { gate, log, subscription } = this.tools;
    if (gate.pause()) log.warn(`${groupOf(subscription)} waits: ${failureOf(error).reason}`);
    return 0; // the gate lets nobody in until the pause is over
  }

  #failed(message: Message, failure: Failure): number {
    const { settings, random, log, subscription, committer } = this.tools;
    const { offset } = message;
    const tries = (this.tries.get(offset) ?? 0) + 1;
    this.tries.set(offset, tries);
    committer.touch(this.partition);
    log.warn(`${groupOf(subscription)} failed on ${this.partition.partition}/${offset}, try ${tries}: ${failure.code}`);
    // A failure set before means that the letter itself could not be kept: nothing may be lost, so that is tried for ever.
    if (!message.failure && (failure.permanent || tries >= settings.tries)) {
      message.failure = failure;
      return 0;
    }
    return pauseAfter(tries, settings.firstPauseMs, 4, settings.maxPauseMs, random.next());
  }
}
