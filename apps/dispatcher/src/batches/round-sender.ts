import { Turns, crashPoint, inSpan, messageId, type BulkTurns, type Clock, type ReceiptSigner, type Span } from '#libs/kernel';
import type { PageEntry, Send } from '#libs/sends';
import { skipped } from '#libs/sends/attempt/writing';
import { NO_SIGNALS, type ProviderSignals } from '../admission/provider-signals.ts';
import type { Timer } from '../admission/timer.ts';
import type { RetryDelays } from '../attempts/retry-delays.ts';
import type { DispatchMetrics } from '../metrics/dispatch-metrics.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { ProviderRequest, Recipient } from '../providers/push-provider.ts';
import { checkRecipient } from './check-recipient.ts';
import type { CompiledMessages } from './compiled-messages.ts';
import { interpretOutcomes, type Addressed } from './interpret-outcomes.ts';
import type { MovedTokens } from './moved-tokens.ts';
import type { RecipientReader, Recipients } from './recipients.ts';
import { Renderer } from './renderer.ts';
import { roundFacts } from './round-facts.ts';
import type { WindowWork } from './window-progress.ts';

export interface RoundSettings {
  /** The oldest that an owner's reading may be when a message reaches the socket, ms. */
  readonly ownerReadMaxAgeMs: number;
  /** From the start of a request to its answer, at most, ms. */
  readonly deadlineMs: number;
}

export interface Round extends WindowWork {
  readonly send: Send;
  /** Those of the open messages that were admitted. */
  readonly positions: readonly number[];
}

interface Wanted {
  readonly position: number;
  readonly entry: PageEntry;
}

/** What was handed to the provider in one turn. */
interface Part {
  readonly addressed: readonly Addressed[];
  readonly answers: Promise<readonly Outcome[]>;
  readonly handedAt: number;
}

/** Messages that are rendered and begun in one go, at most, and for about how long: a few milliseconds, so that whoever else needs the process waits no longer. */
const messagesATurn = 125;
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
    private readonly movedTokens: MovedTokens,
    private readonly receipts: ReceiptSigner,
    private readonly metrics: DispatchMetrics,
    private readonly clock: Clock,
    private readonly timer: Timer,
    private readonly bulkTurns: BulkTurns,
    private readonly settings: RoundSettings,
  ) {}

  async send(round: Round): Promise<{ sent: number; signals: ProviderSignals }> {
    const { app, provider, lane } = round.attempt;
    const facts = { 'carillon.app': app, 'carillon.provider': provider, 'carillon.lane': lane, 'peer.service': provider };
    return inSpan(`send to ${provider}`, { kind: 'client', facts }, (span) => this.#send(round, span));
  }

  async #send(round: Round, span: Span | undefined): Promise<{ sent: number; signals: ProviderSignals }> {
    const { parts, fault } = await this.#handOver(round);
    const [first] = parts;
    if (!first) return fault ? raise(fault.reason) : { sent: 0, signals: NO_SIGNALS };
    const { attempt, channel, progress } = round;
    const answered = await Promise.allSettled(parts.map(({ answers }) => answers));
    crashPoint('p2.send.after');
    const now = this.clock.now();
    this.metrics.requested(attempt, now - first.handedAt);
    const retryAt = this.delays.ofBatch(attempt.provider, channel.credential.simulated, attempt.depth, now);
    const sealed = (token: Parameters<MovedTokens['seal']>[1]) => this.movedTokens.seal(attempt.app, token);
    const known = parts.flatMap(({ addressed }, at) => (answered[at]?.status === 'fulfilled' ? addressed : []));
    const outcomes = answered.flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
    span?.add(roundFacts(outcomes, channel.provider.load(channel.app)));
    const signals = interpretOutcomes(known, outcomes, progress, { retryAt, sealed });
    const broken = answered.find((part) => part.status === 'rejected');
    for (const [at, { addressed }] of parts.entries()) if (answered[at]?.status === 'rejected') progress.hand(positionsOf(addressed));
    const failure = fault ?? broken;
    return failure ? raise(failure.reason) : { sent: known.length, signals };
  }

  /** Reads, renders and hands to the provider, turn by turn; what is not reached in time stays open for the next round. */
  async #handOver(round: Round): Promise<{ parts: Part[]; fault?: { reason: unknown } }> {
    const { attempt, entries, positions, progress } = round;
    const wanted = positions.map((position) => ({ position, entry: entries[position] })).filter(hasEntry);
    const parts: Part[] = [];
    const until = this.clock.now() + maxHandOverMs;
    const message = this.messages.of(round.send);
    let read: Recipients | undefined;
    let readTo = 0;
    try {
      for (let from = 0, to = 0; from < wanted.length; from = to) {
        if (from > 0) await this.bulkTurns.take({ lane: attempt.lane, share: attempt.sendId, hasBegun: true });
        if (from > 0 && this.clock.now() > until) break;
        if (!read || from >= readTo || this.clock.now() - read.readAt > maxRenderingMs) {
          readTo = Math.min(wanted.length, from + this.recipients.atOnce);
          read = await this.recipients.read(attempt.app, entriesOf(wanted.slice(from, readTo)), this.clock.now(), message);
        }
        to = Math.min(readTo, from + messagesATurn);
        const { addressed, request, reached } = await this.#prepare(
          round,
          wanted.slice(from, to),
          read,
          from - (readTo - read.installations.length),
        );
        to = from + reached;
        if (addressed.length === 0) continue;
        progress.hand(positionsOf(addressed));
        crashPoint('p2.send.before');
        const answers = this.#outcomes(round, request);
        const giveBack = () => {
          round.room.giveBack(addressed.length);
        };
        answers.then(giveBack, giveBack); // failures are looked at when everything is handed over
        parts.push({ addressed, answers, handedAt: this.clock.now() });
      }
      return { parts };
    } catch (reason) {
      return { parts, fault: { reason } };
    }
  }

  /** `reached`: so many of the wanted had their turn. */
  async #prepare(
    { attempt, send, progress }: Round,
    wanted: readonly Wanted[],
    { readAt, installations, wholes }: Recipients,
    /** Where the wanted begin among those that were read. */
    first: number,
  ): Promise<{ addressed: Addressed[]; request: ProviderRequest; reached: number }> {
    const { app, sendId, provider, lane } = attempt;
    const renderer = new Renderer(this.messages.of(send), send, provider);
    const addressed: Addressed[] = [];
    const recipients: Recipient[] = [];
    const turns = new Turns(this.clock, app);
    const turnEndsAt = this.clock.now() + maxTurnMs;
    let reached = wanted.length;
    for (const [at, { position, entry }] of wanted.entries()) {
      if (at > 0 && at % messagesALook === 0 && this.clock.now() > turnEndsAt) {
        reached = at;
        break;
      }
      if (turns.isOver) {
        if (this.clock.now() - readAt > maxRenderingMs) break;
        await turns.next();
      }
      const installation = checkRecipient(installations[first + at], { entry, send, provider });
      if (typeof installation === 'string') {
        progress.answer(position, skipped(installation));
        continue;
      }
      const rendered = renderer.render(entry, installation, wholes.get(entry.installationId));
      if ('outcome' in rendered) {
        progress.answer(position, rendered);
        continue;
      }
      const { token, platform, environment, bundleId, tokenFingerprint, tokenConfirmedAt, tokenImported } = installation;
      addressed.push({ position, fingerprint: tokenFingerprint ?? '', confirmedAt: tokenConfirmedAt ?? 0, imported: tokenImported });
      const id = messageId(sendId, installation.id);
      const receipt = this.receipts.sign(app, installation.id, id, sendId);
      recipients.push({ messageId: id, receipt, token, platform, environment, bundleId, ...rendered });
    }
    const { priority, collapseId, nowOrNever = false } = send.options;
    const startBy = readAt + this.settings.ownerReadMaxAgeMs;
    const { renderings } = renderer;
    return {
      addressed,
      reached,
      request: { app, sendId, lane, expiresAt: send.expiresAt, nowOrNever, priority, collapseId, renderings, recipients, startBy },
    };
  }

  /** A provider that never comes back must not keep the handler: what it took is unknown then. */
  #outcomes({ channel }: Round, request: ProviderRequest): Promise<readonly Outcome[]> {
    const patienceMs = request.startBy - this.clock.now() + this.settings.deadlineMs + graceMs;
    return new Promise((resolve, reject) => {
      const cancel = this.timer.after(patienceMs, () => {
        resolve(request.recipients.map(() => ({ kind: 'unknown', reason: 'no_answer' })));
      });
      channel.provider.send(request).then(resolve, reject).finally(cancel);
    });
  }
}

function hasEntry<T extends { readonly entry: PageEntry | undefined }>(one: T): one is T & { readonly entry: PageEntry } {
  return one.entry !== undefined;
}

function entriesOf(wanted: readonly Wanted[]): PageEntry[] {
  return wanted.map(({ entry }) => entry);
}

function positionsOf(addressed: readonly Addressed[]): number[] {
  return addressed.map(({ position }) => position);
}

function raise(reason: unknown): never {
  throw reason;
}
