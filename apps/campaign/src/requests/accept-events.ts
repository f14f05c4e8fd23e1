import { AppNotFound, type AppRepository, type Principal } from '#libs/access';
import { RequestInvalid, assertKeyOf, readBody } from '#libs/api';
import { sendRequestedV1, userUpdatedV1, type DomainEvent, type EventEnvelope } from '#libs/events';
import { PushError, Turns, cutLongWords, type Clock } from '#libs/kernel';
import { userUpdateBody } from '#libs/registry-http';
import type { EventProblem, EventPublisher, ParsedCloudEvent } from '#libs/messaging';
import type { SendRepository } from '../send/send.repository.ts';
import { EventTypeUnknown } from './event-errors.ts';
import { readRequestedSend } from './read-requested-send.ts';
import { requestedSendId } from './send-on-request.ts';

/** What became of one event. */
export type EventVerdict =
  | { readonly id: string | null; readonly status: 'accepted' | 'duplicate' }
  | { readonly id: string | null; readonly status: 'rejected'; readonly problem: EventRefusal };

export interface EventRefusal {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly EventProblem[];
}

interface Accepted {
  readonly event: DomainEvent;
  /** Equal for events that ask for the same thing. */
  readonly identity: string;
  /** Asked before: nothing is published. */
  readonly known: boolean;
}

/** Takes events of internal services by HTTP and puts those that can be read on their topics, in order, in one write. Throws DependencyUnavailable. */
export class AcceptEvents {
  constructor(
    private readonly apps: AppRepository,
    private readonly sends: SendRepository,
    private readonly publisher: EventPublisher,
    private readonly clock: Clock,
  ) {}

  async execute(events: readonly ParsedCloudEvent[], key: Principal): Promise<EventVerdict[]> {
    const taken: DomainEvent[] = [];
    const seen = new Set<string>();
    const verdicts: EventVerdict[] = [];
    const turns = new Turns(this.clock);
    for (const parsed of events) {
      if (turns.isOver) await turns.next();
      const result = await this.#examine(parsed, key);
      if ('problem' in result) {
        verdicts.push({ id: parsed.envelope?.id ?? idOf(parsed), status: 'rejected', problem: result.problem });
        continue;
      }
      const isDuplicate = result.known || seen.has(result.identity);
      seen.add(result.identity);
      if (!isDuplicate) taken.push(result.event);
      verdicts.push({ id: result.event.envelope.id, status: isDuplicate ? 'duplicate' : 'accepted' });
    }
    if (taken.length > 0) await this.publisher.publish(taken);
    return verdicts;
  }

  async #examine({ envelope, problems }: ParsedCloudEvent, key: Principal): Promise<Accepted | { readonly problem: EventRefusal }> {
    if (!envelope) return { problem: { code: 'event_invalid', detail: 'This is no CloudEvents 1.0 event', errors: problems } };
    try {
      return await this.#accepted(envelope, key);
    } catch (error) {
      if (!(error instanceof PushError) || error.retryable) throw error;
      return {
        problem: { code: error.code, detail: cutLongWords(error.message), errors: error instanceof RequestInvalid ? inData(error) : [] },
      };
    }
  }

  async #accepted(envelope: EventEnvelope, key: Principal): Promise<Accepted> {
    const { type, source, id } = envelope;
    if (type !== sendRequestedV1.type && type !== userUpdatedV1.type) throw new EventTypeUnknown(type);
    const contract = type === sendRequestedV1.type ? sendRequestedV1 : userUpdatedV1;
    const data = readBody(contract.data, envelope.data);
    const { app } = data;
    assertKeyOf(key, app);
    const found = await this.apps.findById(app);
    if (!found || found.deletedAt !== undefined) throw new AppNotFound(app);
    const isSend = type === sendRequestedV1.type;
    if (isSend) readRequestedSend(envelope, this.clock.now());
    else checkUserUpdate(data);
    return {
      event: { topic: contract.topics[0], key: keyOf(envelope, data), envelope },
      identity: [app, source, id].join('\u001f'),
      known: isSend && (await this.sends.findById(app, requestedSendId(app, envelope))) !== undefined,
    };
  }
}

function keyOf({ type }: EventEnvelope, data: Record<string, unknown> & { readonly app: string }): string {
  const parsed = type === userUpdatedV1.type ? userUpdatedV1.data.safeParse(data) : undefined;
  return parsed?.success ? userUpdatedV1.key(parsed.data) : sendRequestedV1.key(data);
}

/** What identity could only bury is refused while its author listens. Throws RequestInvalid. */
function checkUserUpdate({ app: _, ...update }: Record<string, unknown>): void {
  readBody(userUpdateBody, update);
}

function inData({ errors }: RequestInvalid): EventProblem[] {
  return errors.map((error) => ({ ...error, pointer: `/data${error.pointer}` }));
}

function idOf(parsed: ParsedCloudEvent): string | null {
  return 'id' in parsed ? parsed.id : null;
}
