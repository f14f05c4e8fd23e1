import type { Sealer } from '#libs/access';
import { Turns, crashPoint, inSpan, type BulkTurns, type Clock, type ReceiptSigner, type Span } from '#libs/kernel';
import { addressText, type Send } from '#libs/sends';
import type { CompiledMessage } from '#libs/templates';
import { NO_SIGNALS, type ProviderSignals } from '../admission/provider-signals.ts';
import type { Timer } from '../timer.ts';
import type { RetryDelays } from '../attempts/retry-delays.ts';
import type { DispatchMetrics } from '../metrics/dispatch-metrics.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { ProviderRequest, Recipient } from '../providers/push-provider.ts';
import { AddressedMessages } from './addressed-messages.ts';
import { interpretOutcomes, roundFacts, type WindowWork } from './outcomes.ts';
import { MessagePreparation } from './prepare-message.ts';
import type { RecipientReader, Recipients } from './recipients.ts';
import { Renderer, type CompiledMessages } from './renderer.ts';

export interface RoundSettings {
  /** The oldest that an owner's reading may be when a message reaches the socket, ms. */
  readonly ownerReadMaxAgeMs: number;
  /** From the start of a request to its answer, at most, ms. */
  readonly deadlineMs: number;
}

export interface Round extends WindowWork {
  /** Those of the open messages that were admitted. */
  readonly positions: readonly number[];
}

export interface RoundEnd {
  readonly sent: number;
  readonly signals: ProviderSignals;
}

/** Recipients of the round's positions from `from` to before `to`. */
interface Reading extends Recipients {
  readonly from: number;
  readonly to: number;
}

/** What was handed to the provider in one turn. */
interface Part {
  readonly handed: AddressedMessages;
  readonly answers: Promise<readonly Outcome[]>;
  readonly handedAt: number;
}

/** Messages that are rendered and begun in one go, at most, and for about how long: a few milliseconds, so that whoever else needs the process waits no longer. */
const messagesATurn = 500;
const maxTurnMs = 4;
/** Between two looks at the clock. */
const messagesALook = 16;
const graceMs = 1_500;
/** A round whose turns come slowly ends: the next one looks again whether its send goes on. */
const maxHandOverMs = 500;
/** What is not rendered by then waits for the next round, which reads the owners again: costly templates must not make readings old. */
const maxRenderingMs = 300;

/** Reads, checks, renders and sends the admitted messages of a window, once. */
export class RoundSender {
  constructor(
    private readonly recipients: RecipientReader,
    private readonly messages: CompiledMessages,
    private readonly delays: RetryDelays,
    private readonly sealer: Sealer,
    private readonly receipts: ReceiptSigner,
    private readonly metrics: DispatchMetrics,
    private readonly clock: Clock,
    private readonly timer: Timer,
    private readonly bulkTurns: BulkTurns,
    private readonly settings: RoundSettings,
  ) {}

  async send(round: Round): Promise<RoundEnd> {
    const { app, provider, lane } = round.attempt;
    const facts = { 'carillon.app': app, 'carillon.provider': provider, 'carillon.lane': lane, 'peer.service': provider };
    return inSpan(`send to ${provider}`, { kind: 'client', facts }, (span) => this.#send(round, span));
  }

  async #send(round: Round, span: Span | undefined): Promise<RoundEnd> {
    const { attempt, channel, progress } = round;
    const { parts, fault } = await this.#handOver(round);
    const [first] = parts;
    if (!first) return fault ? raise(fault.reason) : { sent: 0, signals: NO_SIGNALS };
    const answered = await Promise.allSettled(parts.map(({ answers }) => answers));
    crashPoint('p2.send.after');
    const now = this.clock.now();
    this.metrics.requested(attempt, now - first.handedAt);
    const known = parts.flatMap(({ handed }, at) => {
      const part = answered[at];
      return part?.status === 'fulfilled' ? [{ handed, outcomes: wordedFor(round.send, part.value) }] : [];
    });
    span?.add(roundFacts(known, channel.provider.load(channel.app)));
    const signals = interpretOutcomes(known, progress, {
      retryAt: this.delays.ofBatch(attempt.provider, channel.credential.simulated, attempt.depth, now),
      sealed: (token) => this.sealer.seal(token.reveal(), attempt.app),
    });
    if (round.send.activity) await this.recipients.forgetDead(round.send, round.entries, progress.tokens.splice(0));
    const broken = answered.find((part) => part.status === 'rejected');
    for (const [at, { handed }] of parts.entries()) if (answered[at]?.status === 'rejected') progress.hand(handed);
    const failure = fault ?? broken;
    return failure ? raise(failure.reason) : { sent: known.reduce((sum, { handed }) => sum + handed.length, 0), signals };
  }

  /** Reads, renders and hands to the provider, turn by turn; what is not reached in time stays open for the next round. */
  async #handOver(round: Round): Promise<{ parts: Part[]; fault?: { reason: unknown } }> {
    const { attempt, send, progress, positions } = round;
    const parts: Part[] = [];
    const until = this.clock.now() + maxHandOverMs;
    const message = this.messages.of(send);
    const renderer = new Renderer(message, send, attempt.provider);
    let read: Reading | undefined;
    try {
      for (let from = 0, to = 0; from < positions.length; from = to) {
        if (from > 0) await this.bulkTurns.take({ lane: attempt.lane, share: attempt.sendId, hasBegun: true });
        if (from > 0 && this.clock.now() > until) break;
        if (!read || from >= read.to || this.clock.now() - read.readAt > maxRenderingMs) read = await this.#read(round, message, from);
        const { handed, reached } = await this.#prepare(round, renderer, read, from);
        to = reached;
        if (handed.length === 0) continue;
        progress.hand(handed);
        crashPoint('p2.send.before');
        const answers = this.#outcomes(round, requestFor(send, renderer.renderings, handed, read.readAt + this.settings.ownerReadMaxAgeMs));
        const giveBack = () => {
          round.room.giveBack(handed.length);
        };
        answers.then(giveBack, giveBack); // failures are looked at when everything is handed over
        parts.push({ handed, answers, handedAt: this.clock.now() });
      }
      return { parts };
    } catch (reason) {
      return { parts, fault: { reason } };
    }
  }

  async #read({ attempt, send, entries, positions }: Round, message: CompiledMessage, from: number): Promise<Reading> {
    const to = Math.min(positions.length, from + this.recipients.atOnce);
    const ids: string[] = [];
    for (let at = from; at < to; at += 1) ids.push(entries.installationIds[positions[at] ?? -1] ?? '');
    // Everybody's batch has all that its provider has in its range, unless it is what is left of it.
    const isWhole = send.audience.kind === 'everyone' && 2 * positions.length >= entries.installationIds.length;
    const allOf = isWhole ? attempt.provider : undefined;
    return { ...(await this.recipients.read(send, { ids, allOf }, this.clock.now(), message)), from, to };
  }

  /** Those of a turn that go, from `from` on; `reached`: all before it had their turn. */
  async #prepare(
    { attempt: { app, sendId, provider, depth, doubt }, send, entries, positions, progress }: Round,
    renderer: Renderer,
    reading: Reading,
    from: number,
  ): Promise<{ handed: AddressedMessages; reached: number }> {
    const { readAt, columns, from: first, to } = reading;
    const isRepeat = (position: number) => depth > 1 || doubt.has(position);
    const preparation = new MessagePreparation(send, provider, renderer, reading);
    const turns = new Turns(this.clock, app);
    const turnEndsAt = this.clock.now() + maxTurnMs;
    const end = Math.min(to, from + messagesATurn);
    const handed = new AddressedMessages(columns, { app, sendId, addressed: kindOf(send), isRepeat }, end - from);
    let at = from;
    for (; at < end; at += 1) {
      if (at > from && (at - from) % messagesALook === 0) {
        if (this.clock.now() > turnEndsAt) break;
        if (turns.isOver) {
          if (this.clock.now() - readAt > maxRenderingMs) break;
          await turns.next();
        }
      }
      const position = positions[at] ?? 0;
      const place = at - first;
      const word = preparation.of(place, entries.ownerEpochs[position] ?? -1, entries.variables.get(position));
      if ('outcome' in word) progress.give(position, word);
      else handed.add(position, place, word);
    }
    handed.sign(this.receipts);
    return { handed, reached: at };
  }

  /** A provider that never comes back must not keep the handler: what it took is unknown then. */
  #outcomes({ channel }: Round, request: ProviderRequest): Promise<readonly Outcome[]> {
    const patienceMs = request.startBy - this.clock.now() + this.settings.deadlineMs + graceMs;
    return new Promise((resolve, reject) => {
      const cancel = this.timer.after(patienceMs, () => {
        resolve(Array.from({ length: request.recipients.length }, () => ({ kind: 'unknown', reason: 'no_answer' })));
      });
      channel.provider.send(request).then(resolve, reject).finally(cancel);
    });
  }
}

/** What the provider is asked with these messages of a send; nothing begins after `startBy` (ms). */
export function requestFor(
  { app, id: sendId, lane, expiresAt, options }: Send,
  renderings: ProviderRequest['renderings'],
  recipients: AddressedMessages,
  startBy: number,
): ProviderRequest {
  const { priority, collapseId, nowOrNever = false, validateOnly = false } = options;
  return { app, sendId, lane, expiresAt, nowOrNever, validateOnly, priority, collapseId, renderings, recipients, startBy };
}

/** What was only looked at was not delivered, and says so. */
export function wordedFor({ options }: Send, outcomes: readonly Outcome[]): readonly Outcome[] {
  if (options.validateOnly !== true) return outcomes;
  return outcomes.map((outcome) => (outcome.kind === 'accepted' ? VALIDATED : outcome));
}

const VALIDATED: Outcome = Object.freeze({ kind: 'accepted', reason: 'validated' });

function kindOf({ audience, activity }: Send): Recipient['addressed'] {
  if (activity) return 'activity';
  if (audience.kind !== 'shared') return undefined;
  return addressText(audience.address).kind;
}

function raise(reason: unknown): never {
  throw reason;
}
