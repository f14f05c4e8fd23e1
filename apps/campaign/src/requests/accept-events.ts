import { AppNotFound, type AppRepository, type Principal } from '#libs/access';
import { DuplicateMismatch, RequestInvalid, assertKeyOf, briefErrors, readBody, type EventIdentities } from '#libs/api';
import {
  campaignTriggeredV1,
  eventTrackedV1,
  sendRequestedV1,
  userUpdatedV1,
  type DomainEvent,
  type EventContract,
  type EventEnvelope,
} from '#libs/events';
import { PushError, Turns, cutLongWords, parseInstant, type Clock } from '#libs/kernel';
import { eventTimeProblem, newExternalIdField, userUpdateBody } from '#libs/registry-http';
import { cutForms, type EventProblem, type EventPublisher, type ParsedCloudEvent } from '#libs/messaging';
import type { SendRepository } from '#libs/sends/send/writing';
import { z } from 'zod';
import type { SendWarning } from '../send/send-warnings.ts';
import type { ShowWarnings } from '../send/show-warnings.ts';
import { readTrigger } from '../launching/trigger-campaign.ts';
import { EventTypeUnknown } from './event-errors.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import { readRequestedSend } from './read-requested-send.ts';
import { mismatchOf } from './rejection.ts';
import { requestedSendId } from './send-on-request.ts';

/** What became of one event. */
export type EventVerdict =
  | { readonly id: string | null; readonly status: 'accepted' | 'duplicate'; readonly warnings?: readonly SendWarning[] }
  | { readonly id: string | null; readonly status: 'rejected'; readonly problem?: EventRefusal };

export interface EventRefusal {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly EventProblem[];
  /** Problems that the answer has no room for. */
  readonly more?: number;
}

/** What is taken by HTTP, too. */
const taken: readonly EventContract[] = [sendRequestedV1, userUpdatedV1, eventTrackedV1, campaignTriggeredV1];
/** Identity would count nothing for somebody with another id. */
const trackedUser = z.object({ externalId: newExternalIdField });
/** Said of what stands beside the data of an event. */
const requestInvalid = { code: 'request_invalid', detail: 'The request has a problem' } as const;
/** For what is wrong with the first of them there is room in any case. */
const firstProblems = 2_048;

interface Accepted {
  readonly verdict: EventVerdict;
  /** What goes onto topics for it. */
  readonly events: readonly DomainEvent[];
  /** Called when that is there. */
  readonly settle?: () => Promise<void>;
}

/** Takes events of internal services by HTTP and puts those that can be read on their topics, in order, in one write. Throws DependencyUnavailable. */
export class AcceptEvents {
  constructor(
    private readonly apps: AppRepository,
    private readonly sends: SendRepository,
    private readonly readSendRequest: ReadSendRequest,
    private readonly identities: EventIdentities,
    private readonly publisher: EventPublisher,
    private readonly warnings: ShowWarnings,
    private readonly clock: Clock,
  ) {}

  /** `maxBytes`: of the problems of all events, as JSON; what there is no room for is counted in `more`, or left out. A verdict for each event is always there. */
  async execute(events: readonly ParsedCloudEvent[], key: Principal, maxBytes: number): Promise<EventVerdict[]> {
    const results: Accepted[] = [];
    const inHand = new Set<string>();
    const turns = new Turns(this.clock, 'events');
    for (const parsed of events) {
      if (turns.isOver) await turns.next();
      results.push(await this.#examine(parsed, key, inHand));
    }
    const told = results.flatMap((result) => result.events);
    if (told.length > 0) await this.publisher.publish(told);
    await Promise.all(results.flatMap(({ settle }) => (settle ? [settle()] : [])));
    return briefly(
      results.map(({ verdict }) => verdict),
      maxBytes,
    );
  }

  async #examine(parsed: ParsedCloudEvent, key: Principal, inHand: Set<string>): Promise<Accepted> {
    const { envelope, problems } = parsed;
    if (!envelope) {
      return {
        verdict: refused(idOf(parsed), { code: 'event_invalid', detail: 'This is no CloudEvents 1.0 event', errors: problems }),
        events: [],
      };
    }
    try {
      return await this.#accepted(envelope, key, inHand);
    } catch (error) {
      if (!(error instanceof PushError) || error.retryable) throw error;
      const errors = error instanceof RequestInvalid ? inData(error) : [];
      const verdict = refused(envelope.id, { code: error.code, detail: cutLongWords(error.message), errors });
      return { verdict, events: error instanceof DuplicateMismatch ? [mismatchOf(envelope, error, this.clock.now())] : [] };
    }
  }

  async #accepted(envelope: EventEnvelope, key: Principal, inHand: Set<string>): Promise<Accepted> {
    const { type, id } = envelope;
    const contract = taken.find((known) => known.type === type);
    if (!contract) throw new EventTypeUnknown(type);
    const isSend = contract === sendRequestedV1;
    const data = readBody(contract.data, envelope.data) as Record<string, unknown> & { readonly app: string };
    const { app } = data;
    assertKeyOf(key, app);
    const found = await this.apps.findById(app);
    if (!found || found.deletedAt !== undefined) throw new AppNotFound(app);
    const warnings = isSend ? await this.#warningsOf(app, envelope) : [];
    if (contract === userUpdatedV1) checkUserUpdate(data);
    if (contract === campaignTriggeredV1) checkTrigger(data);
    if (contract === eventTrackedV1) {
      readBody(trackedUser, data);
      const message = eventTimeProblem(parseInstant(envelope.time), this.clock.now());
      if (message !== undefined)
        return { verdict: refused(id, { ...requestInvalid, errors: [{ pointer: '/time', message }] }), events: [] };
    }
    const identity = await this.identities.claim(app, envelope);
    const isKnown = isSend && (await this.sends.findById(app, requestedSendId(app, envelope))) !== undefined;
    const isDone = identity.isDone || isKnown || inHand.has(identity.id);
    inHand.add(identity.id);
    return {
      verdict: { id, status: identity.isFirst && !isKnown ? 'accepted' : 'duplicate', ...(warnings.length > 0 && { warnings }) },
      // A repeat whose first is not known to have reached its topic goes there, too: what is done twice is done once.
      events: isDone ? [] : [{ topic: contract.topics[0], key: contract.key(data), envelope }],
      ...(!isDone && { settle: () => identity.settle() }),
    };
  }

  async #warningsOf(app: string, envelope: EventEnvelope): Promise<SendWarning[]> {
    const { request } = await readRequestedSend(envelope, this.clock.now(), this.readSendRequest);
    return this.warnings.of(app, request.message);
  }
}

/** Each event has its verdict; those for whose problems there is no room say that they are refused, and no more. */
function briefly(verdicts: readonly EventVerdict[], maxBytes: number): EventVerdict[] {
  const bare = verdicts.map(({ id, status }) => ({ id, status }));
  let left = Math.max(maxBytes - sizeOf(bare), firstProblems);
  return verdicts.map((verdict) => {
    if (verdict.status !== 'rejected' || !verdict.problem) return verdict;
    const { code, detail, errors } = verdict.problem;
    const facts = sizeOf({ problem: { code, detail, errors: [], more: errors.length } });
    const brief = briefErrors(errors, Math.max(left - facts, 0));
    left -= facts + sizeOf(brief.errors);
    return left < 0 ? { id: verdict.id, status: verdict.status } : { ...verdict, problem: { code, detail, ...brief } };
  });
}

function sizeOf(part: object): number {
  return Buffer.byteLength(JSON.stringify(part));
}

function refused(id: string | null, problem: EventRefusal): EventVerdict {
  return { id, status: 'rejected', problem };
}

/** What identity could only bury is refused while its author listens. Throws RequestInvalid. */
function checkUserUpdate({ app: _, ...update }: Record<string, unknown>): void {
  readBody(userUpdateBody, update);
}

function checkTrigger({ app: _1, campaign: _2, ...body }: Record<string, unknown>): void {
  readTrigger(body);
}

function inData({ errors }: RequestInvalid): EventProblem[] {
  return errors.map((error) => ({ ...error, pointer: `/data${cutForms(error.pointer)}`, message: cutForms(error.message) }));
}

function idOf(parsed: ParsedCloudEvent): string | null {
  return 'id' in parsed ? parsed.id : null;
}
