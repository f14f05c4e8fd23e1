import { inSpan, type Clock, type Span, type SpanFacts, type SpanStart } from '#libs/kernel';
import { awaitsCanary, doubtsOf, type Attempt, type Send, type SendReader } from '#libs/sends';
import { Answers, pending, skipped, type AttemptSubject, type Parking, type Word } from '#libs/sends/attempt/writing';
import { LONGEST_WAIT_MS, type Parked } from '../admission/provider-gate.ts';
import type { KnownHalts } from '../admission/known-halts.ts';
import type { Room } from '../admission/room.ts';
import type { ClaimAttempt } from '../attempts/claim-attempt.ts';
import type { LeaseKeeper } from '../attempts/lease-keeper.ts';
import type { RecordAttempt } from '../attempts/record-attempt.ts';
import { standingOf } from '../attempts/standing.ts';
import type { Channel, Channels } from './channels.ts';
import { WindowProgress, type WindowWork } from './outcomes.ts';
import type { BatchPlanned, PlannedAttempt, PlannedBatches } from './planned-batches.ts';
import { sendOf, type WindowSender } from './send-window.ts';

/** Rounds begin within this time of their handler's start, the wait for room included; with the provider's deadline a handler stays under 20 s. */
const beginWithinMs = 5_000;
const shortestLookMs = 100;

/** Sends what an event asks for, or puts it off; never twice what is not in doubt (correctness P2). Safe to repeat. */
export class DispatchBatch {
  constructor(
    private readonly batches: PlannedBatches,
    private readonly sends: SendReader,
    private readonly channels: Channels,
    private readonly halts: KnownHalts,
    private readonly claims: ClaimAttempt,
    private readonly records: RecordAttempt,
    private readonly windows: WindowSender,
    private readonly leases: LeaseKeeper,
    private readonly clock: Clock,
  ) {}

  async execute(event: BatchPlanned): Promise<void> {
    const planned = await this.batches.find(event);
    await inSpan('dispatch batch', spanStartOf(planned.subject), (span) => this.#dispatch(planned, span));
  }

  async #dispatch({ subject, notBefore, isCanary }: PlannedAttempt, span: Span | undefined): Promise<void> {
    const sendReadAt = this.clock.now();
    const until = sendReadAt + beginWithinMs;
    const send = await sendOf(this.sends, subject);
    const standing = standingOf(send, this.clock.now());
    if (standing.kind === 'over') return this.#settle(subject, send, standing.word);
    if (standing.kind === 'paused') return this.claims.park(subject, { reason: 'paused', dueAt: send.expiresAt });
    if (notBefore > sendReadAt) return this.claims.park(subject, bounded({ reason: 'until_quiet_hours_end', dueAt: notBefore }, send));
    if (!isCanary && awaitsCanary(send, subject.provider)) return this.claims.park(subject, bounded(untilJudged(send, sendReadAt), send));
    const halted = await this.halts.reasonFor(subject.app, subject.provider, send.createdAt);
    if (halted) return this.claims.park(subject, { reason: halted, dueAt: send.expiresAt });
    const channel = await this.channels.find(subject.app, subject.provider, send.createdAt);
    if (!channel) return this.#settle(subject, send, skipped('provider_unavailable'));
    const closed = channel.gated.gate.closed(subject.lane, channel.credential.id, this.clock.now());
    if (closed) return this.claims.park(subject, bounded(closed, send));
    await this.#inBulkhead(subject, send, channel, async (room) => {
      const attempt = await this.claims.execute(subject);
      if (!attempt) return;
      const last = await this.leases.during(attempt, async () =>
        this.#run(attempt, { entries: await this.batches.entries(subject), channel, room, send, sendReadAt, until }),
      );
      span?.add(last ? outcomeFacts(last) : { 'carillon.fenced': true });
    });
  }

  /** No provider is asked: one answer for all that is open. */
  async #settle(subject: AttemptSubject, send: Send, word: Word): Promise<void> {
    const attempt = await this.claims.execute(subject);
    if (attempt) await this.records.execute(attempt, send, Answers.all(pending(attempt), word), null);
  }

  async #inBulkhead(subject: AttemptSubject, send: Send, { gated }: Channel, work: (room: Room) => Promise<void>): Promise<void> {
    const { lane, mask } = subject;
    const messages = mask.size;
    const room = await gated.bulkhead.enter(lane, messages, LONGEST_WAIT_MS);
    if (!room) {
      await this.claims.park(subject, bounded(gated.gate.parkForRoom(lane, send.id, messages, this.clock.now()), send));
      return;
    }
    try {
      await work(room);
    } finally {
      room.close();
    }
  }

  /** As it stands at the end; undefined: fenced. */
  async #run(claimed: Attempt, means: Omit<WindowWork, 'attempt' | 'progress'>): Promise<Attempt | undefined> {
    let attempt: Attempt | undefined = claimed;
    while (attempt?.state === 'claimed') {
      const intended: Attempt | undefined = attempt.intended.isEmpty ? await this.records.intend(attempt) : attempt;
      if (!intended) return undefined; // fenced: the successor counts what we sent as doubt
      attempt = await this.#window({ ...means, attempt: intended });
      means = { ...means, sendReadAt: -Infinity };
    }
    return attempt;
  }

  /** Undefined: fenced. */
  async #window(window: Omit<WindowWork, 'progress'>): Promise<Attempt | undefined> {
    const { attempt, send } = window;
    const progress = new WindowProgress(attempt.intended);
    let parking: Parking | null;
    try {
      parking = await this.windows.execute({ ...window, progress });
    } catch (error) {
      await this.records.afterFault(attempt, send, progress);
      throw error;
    }
    return this.records.execute(attempt, send, progress, parking && bounded(parking, send));
  }
}

function spanStartOf({ app, sendId, batchId, id, provider, lane, depth, mask }: AttemptSubject): SpanStart {
  const facts = {
    'carillon.app': app,
    'carillon.send.id': sendId,
    'carillon.batch.id': batchId,
    'carillon.attempt.id': id,
    'carillon.attempt.depth': depth,
    'carillon.provider': provider,
    'carillon.lane': lane,
    'carillon.messages': mask.size,
  };
  return { kind: 'internal', facts };
}

/** The word on the first messages of a send comes in a moment, or in seconds: whoever waits comes back after as long as the send has run. */
function untilJudged({ createdAt }: Send, now: number): Parking {
  return { reason: 'canary', dueAt: now + Math.min(Math.max(now - createdAt, shortestLookMs), LONGEST_WAIT_MS) };
}

/** What waits is looked at when its send expires, at the latest. */
function bounded(parking: Parking | Parked, { expiresAt }: Send): Parking {
  return { reason: parking.reason, dueAt: Math.min(parking.dueAt, expiresAt) };
}

/** How an attempt stands, for its span: how many messages had each outcome, and how many are in doubt. */
function outcomeFacts(attempt: Attempt): SpanFacts {
  const facts: Record<string, string | number> = { 'carillon.attempt.state': attempt.state };
  for (const { outcome, messages } of attempt.results) {
    const fact = `carillon.outcomes.${outcome}`;
    facts[fact] = Number(facts[fact] ?? 0) + messages.size;
  }
  const doubts = doubtsOf(attempt);
  if (doubts > 0) facts['carillon.doubts'] = doubts;
  if (attempt.parkedFor !== null) facts['carillon.parked_for'] = attempt.parkedFor;
  return facts;
}
