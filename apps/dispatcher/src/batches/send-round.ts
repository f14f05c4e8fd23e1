import type { Sealer } from '#libs/access';
import { Turns, crashPoint, inSpan, type BulkTurns, type Clock, type ReceiptSigner, type Span } from '#libs/kernel';
import type { PageEntry, Send } from '#libs/sends';
import { skipped } from '#libs/sends/attempt/writing';
import { NO_SIGNALS, type ProviderSignals } from '../admission/provider-signals.ts';
import type { Timer } from '../timer.ts';
import type { RetryDelays } from '../attempts/retry-delays.ts';
import type { DispatchMetrics } from '../metrics/dispatch-metrics.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { ProviderRequest } from '../providers/push-provider.ts';
import { interpretOutcomes, roundFacts, type Addressed, type WindowWork } from './outcomes.ts';
import { checkRecipient, isMuted, type RecipientReader, type Recipients } from './recipients.ts';
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

interface Wanted {
  readonly position: number;
  readonly entry: PageEntry;
}

/** Undefined until the receipts of a turn are made, so that none goes without one. */
type Unsigned = Omit<Addressed, 'receipt' | 'messageId'> & { receipt: string | undefined; messageId: string | undefined };

/** What was handed to the provider in one turn. */
interface Part {
  readonly addressed: readonly Addressed[];
  readonly answers: Promise<readonly Outcome[]>;
  readonly handedAt: number;
}

/** Messages that are rendered and begun in one go, at most, and for about how long: a few milliseconds, so that whoever else needs the process waits no longer. */
const messagesATurn = 250;
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
    const known = parts.flatMap(({ addressed }, at) => (answered[at]?.status === 'fulfilled' ? addressed : []));
    const outcomes = answered.flatMap((part) => (part.status === 'fulfilled' ? part.value : [])).map(wordingOf(round.send));
    span?.add(roundFacts(outcomes, channel.provider.load(channel.app)));
    const signals = interpretOutcomes(known, outcomes, progress, {
      retryAt: this.delays.ofBatch(attempt.provider, channel.credential.simulated, attempt.depth, now),
      sealed: (token) => this.sealer.seal(token.reveal(), attempt.app),
    });
    const broken = answered.find((part) => part.status === 'rejected');
    for (const [at, { addressed }] of parts.entries()) if (answered[at]?.status === 'rejected') progress.hand(addressed);
    const failure = fault ?? broken;
    return failure ? raise(failure.reason) : { sent: known.length, signals };
  }

  /** Reads, renders and hands to the provider, turn by turn; what is not reached in time stays open for the next round. */
  async #handOver(round: Round): Promise<{ parts: Part[]; fault?: { reason: unknown } }> {
    const { attempt, send, progress } = round;
    const wanted = wantedOf(round);
    const parts: Part[] = [];
    const until = this.clock.now() + maxHandOverMs;
    const message = this.messages.of(send);
    const renderer = new Renderer(message, send, attempt.provider);
    let read: Recipients | undefined;
    let readFrom = 0;
    let readTo = 0;
    try {
      for (let from = 0, to = 0; from < wanted.length; from = to) {
        if (from > 0) await this.bulkTurns.take({ lane: attempt.lane, share: attempt.sendId, hasBegun: true });
        if (from > 0 && this.clock.now() > until) break;
        if (!read || from >= readTo || this.clock.now() - read.readAt > maxRenderingMs) {
          [readFrom, readTo] = [from, Math.min(wanted.length, from + this.recipients.atOnce)];
          const entries = wanted.slice(readFrom, readTo).map(({ entry }) => entry);
          read = await this.recipients.read(send, entries, this.clock.now(), message);
        }
        const turn = wanted.slice(from, Math.min(readTo, from + messagesATurn));
        const { addressed, reached } = await this.#prepare(round, renderer, turn, read, from - readFrom);
        to = from + reached;
        if (addressed.length === 0) continue;
        progress.hand(addressed);
        crashPoint('p2.send.before');
        const answers = this.#outcomes(round, this.#request(round, renderer, addressed, read.readAt));
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

  /** `first`: where the wanted begin among those that were read. `reached`: so many of them had their turn. */
  async #prepare(
    { attempt: { app, sendId, provider, depth, doubt }, send, progress }: Round,
    renderer: Renderer,
    wanted: readonly Wanted[],
    { readAt, installations, wholes }: Recipients,
    first: number,
  ): Promise<{ addressed: readonly Addressed[]; reached: number }> {
    const addressed: Unsigned[] = [];
    const ids: string[] = [];
    const kind = kindOf(send);
    const turns = new Turns(this.clock, app);
    const turnEndsAt = this.clock.now() + maxTurnMs;
    for (const [at, { position, entry }] of wanted.entries()) {
      if (at > 0 && at % messagesALook === 0 && this.clock.now() > turnEndsAt)
        return { addressed: this.#signed(app, sendId, addressed, ids), reached: at };
      if (turns.isOver) {
        if (this.clock.now() - readAt > maxRenderingMs) break;
        await turns.next();
      }
      const installation = checkRecipient(installations[first + at], entry.ownerEpoch, send, provider);
      if (typeof installation === 'string') {
        progress.give(position, skipped(installation));
        continue;
      }
      const rendered = renderer.render(entry, installation, wholes.get(entry.installationId));
      if ('outcome' in rendered) {
        progress.give(position, rendered);
        continue;
      }
      if (isMuted(renderer.renderings[rendered.rendering], installation)) {
        progress.give(position, skipped('channel_muted'));
        continue;
      }
      const { id: installationId, token, platform, environment, bundleId, tokenFingerprint, tokenConfirmedAt } = installation;
      addressed.push({
        messageId: undefined,
        receipt: undefined,
        token,
        ...kind,
        platform,
        environment,
        bundleId,
        rendering: rendered.rendering,
        texts: rendered.texts,
        isRepeat: depth > 1 || doubt.has(position),
        position,
        fingerprint: tokenFingerprint ?? '',
        confirmedAt: tokenConfirmedAt ?? 0,
        imported: installation.tokenImported,
      });
      ids.push(installationId);
    }
    return { addressed: this.#signed(app, sendId, addressed, ids), reached: wanted.length };
  }

  /** Receipts are made for all of them at once. */
  #signed(app: string, sendId: string, messages: readonly Unsigned[], ids: readonly string[]): readonly Addressed[] {
    const receipts = this.receipts.sign(app, sendId, ids);
    return messages.map((message, at) => Object.assign(message, { receipt: receipts.text(at), messageId: receipts.messageId(at) }));
  }

  #request({ attempt, send }: Round, { renderings }: Renderer, recipients: readonly Addressed[], readAt: number): ProviderRequest {
    const { app, sendId, lane } = attempt;
    const { priority, collapseId, nowOrNever = false, validateOnly = false } = send.options;
    const startBy = readAt + this.settings.ownerReadMaxAgeMs;
    const { expiresAt } = send;
    return { app, sendId, lane, expiresAt, nowOrNever, validateOnly, priority, collapseId, renderings, recipients, startBy };
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

/** What was only looked at was not delivered, and says so. */
function wordingOf({ options }: Send): (outcome: Outcome) => Outcome {
  if (options.validateOnly !== true) return (outcome) => outcome;
  return (outcome) => (outcome.kind === 'accepted' ? VALIDATED : outcome);
}

const VALIDATED: Outcome = Object.freeze({ kind: 'accepted', reason: 'validated' });

function kindOf({ audience }: Send): Pick<Addressed, 'addressed'> {
  if (audience.kind !== 'shared') return {};
  return { addressed: audience.address.topic === undefined ? 'condition' : 'topic' };
}

function wantedOf({ entries, positions }: Round): readonly Wanted[] {
  return positions.flatMap((position) => {
    const entry = entries[position];
    return entry ? [{ position, entry }] : [];
  });
}

function raise(reason: unknown): never {
  throw reason;
}
