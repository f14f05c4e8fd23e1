import type { App, AppRepository } from '#libs/access';
import { PushError, type Clock } from '#libs/kernel';
import { resumedAt, type CarryOutMerges, type FindOrMakeUser, type Operation, type OperationRepository } from '#libs/registry';
import type { MergeBody, PersonBody } from './merge-bodies.ts';

/** No operation of the app has this id, or it ended more than 30 days ago. */
export class OperationNotFound extends PushError {
  readonly code = 'operation_not_found';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('No operation of the app has this id', options);
  }
}

/** Begins merges of users and goes on with them after the call is answered; a sweep takes up what this process cannot finish. */
export class BeginMerges {
  constructor(
    private readonly operations: OperationRepository,
    private readonly findUser: FindOrMakeUser,
    private readonly merges: CarryOutMerges,
    private readonly clock: Clock,
  ) {}

  /** The users meant are those of now: `id` is the operation's, and the same id again begins nothing. */
  async execute(app: App, id: string, pairs: MergeBody): Promise<Operation> {
    const known = await this.operations.findById(app.id, id);
    if (known) return known;
    const now = this.clock.now();
    const found = await Promise.all(
      pairs.map(async ({ from, into }) => ({
        from: nameOf(from),
        into: nameOf(into),
        fromUserId: await this.#userIdOf(app.id, from),
        intoUserId: await this.#userIdOf(app.id, into),
        state: 'waiting' as const,
        code: null,
      })),
    );
    const operation = {
      id,
      app: app.id,
      kind: 'merge',
      pairs: found,
      createdAt: now,
      finishedAt: null,
      dueAt: resumedAt(now),
      revision: 1,
    } as const;
    const stored = await this.operations.insertOnce(operation);
    void this.merges.execute(stored, app.settings).catch(() => undefined); // the sweep comes back to it, and says what is wrong
    return stored;
  }

  async #userIdOf(app: string, person: PersonBody): Promise<string | null> {
    return (await this.findUser.find(app, typeof person === 'string' ? { externalId: person } : person))?.userId ?? null;
  }
}

function nameOf(person: PersonBody): string {
  if (typeof person === 'string') return person;
  return 'externalId' in person ? person.externalId : `${person.alias.label}:${person.alias.name}`;
}

/** Goes on with operations that their own processes have left. */
export class SweepOperations {
  constructor(
    private readonly merges: CarryOutMerges,
    private readonly apps: AppRepository,
  ) {}

  async execute(): Promise<void> {
    await this.merges.sweep(async (app) => (await this.apps.findById(app))?.settings);
  }
}
