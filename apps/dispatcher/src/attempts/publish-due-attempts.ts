import { batchPlannedV1, eventOf, type DomainEvent } from '#libs/events';
import { crashPoint, withTrace, type Clock } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import { type Attempt, type SendReader, retryAttemptId } from '#libs/sends';
import type { AttemptRepository } from '#libs/sends/attempt/writing';
import { standingOf } from './standing.ts';
import { OVERDUE_MS, type SaidReminders } from './said-reminders.ts';

const step = 200;

interface Due {
  readonly attempt: Attempt;
  /** Ids of attempts whose time has come. */
  readonly ids: readonly string[];
  readonly until: number | null;
}

/**
 * The sweep over what is due: what was parked goes on, what a dead worker held is taken over, what is to be tried again gets its next
 * attempt. What shows no effect is said again when it has left its queue. Events only wake: that a repeat does no harm, and a lost one only delays, is the
 * claim's business (correctness P2, S1).
 */
export class PublishDueAttempts {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly sends: SendReader,
    private readonly publisher: EventPublisher,
    private readonly reminders: SaidReminders,
    private readonly clock: Clock,
  ) {}

  /** Answers how many events were published. */
  async execute(): Promise<number> {
    let published = 0;
    for (;;) {
      const found = await this.attempts.findDue(this.clock.now(), step);
      const due = await this.#decide(found);
      const events = await this.#events(due);
      if (events.length > 0) crashPoint('p2.due.before');
      await this.publisher.publish(events);
      if (events.length > 0) crashPoint('p2.due.after');
      for (const { attempt, ids } of due) for (const id of ids) this.reminders.said(attempt, id);
      await this.attempts.putOff(due);
      published += events.length;
      if (found.length < step) return published;
    }
  }

  async #decide(found: readonly Attempt[]): Promise<readonly Due[]> {
    const now = this.clock.now();
    const children = found
      .filter(({ state }) => state === 'done')
      .flatMap(({ id, retry }) => retry.map((_, slot) => retryAttemptId(id, slot)));
    const known = children.length > 0 ? await this.attempts.known(children) : new Set<string>();
    return Promise.all(
      found.map(async (attempt) => {
        if (attempt.state === 'done') return this.#withoutQueued(await this.#retries(attempt, known, now));
        return this.#withoutQueued({ attempt, ids: [attempt.id], until: now + OVERDUE_MS });
      }),
    );
  }

  async #withoutQueued({ attempt, ids, until }: Due): Promise<Due> {
    const unsaid: string[] = [];
    for (const id of ids) if (!(await this.reminders.isQueued(attempt, id))) unsaid.push(id);
    return { attempt, ids: unsaid, until };
  }

  /** The children whose time has come and that nobody has claimed; all of them when the send is over, so that it can settle. */
  async #retries(attempt: Attempt, known: ReadonlySet<string>, now: number): Promise<Due> {
    const missing = attempt.retry
      .map(({ dueAt }, slot) => ({ id: retryAttemptId(attempt.id, slot), dueAt }))
      .filter(({ id }) => !known.has(id));
    const late = missing.filter(({ dueAt }) => dueAt <= now);
    const wanted = missing.length > 0 && late.length === 0 && (await this.#isOver(attempt, now)) ? missing : late;
    const rest = missing.filter((one) => !wanted.includes(one)).map(({ dueAt }) => dueAt);
    if (wanted.length > 0) rest.push(now + OVERDUE_MS);
    return { attempt, ids: wanted.map(({ id }) => id), until: rest.length > 0 ? Math.min(...rest) : null };
  }

  async #isOver({ app, sendId }: Attempt, now: number): Promise<boolean> {
    const send = await this.sends.findById(app, sendId);
    return send !== undefined && standingOf(send, now).kind === 'over';
  }

  /** Each in the trace of its send: however late, it is the same story. */
  async #events(due: readonly Due[]): Promise<readonly DomainEvent[]> {
    const traces = new Map<string, string | undefined>();
    for (const { attempt, ids } of due) {
      const { app, sendId } = attempt;
      if (ids.length > 0 && !traces.has(sendId)) traces.set(sendId, (await this.sends.findById(app, sendId))?.traceparent);
    }
    return due.flatMap(({ attempt, ids }) => ids.map((id) => withTrace(traces.get(attempt.sendId), () => this.#event(attempt, id))));
  }

  #event({ app, sendId, batchId, provider, lane }: Attempt, attemptId: string): DomainEvent {
    return eventOf(
      batchPlannedV1,
      { app, sendId, batchId, attemptId, provider, lane },
      { source: 'carillon/dispatcher', subject: batchId, at: this.clock.now() },
    );
  }
}
