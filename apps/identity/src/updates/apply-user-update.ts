import type { AppRepository } from '#libs/access';
import { fieldErrors, type ClaimedEvent, type EventIdentities, type FieldError } from '#libs/api';
import { eventOf, requestRejectedV1 } from '#libs/events';
import { PushError, uuid5, type Clock } from '#libs/kernel';
import { authorOf, type DeadLetter, type EventPublisher } from '#libs/messaging';
import { ExternalIdReserved, isReservedExternalId, type UpdateUser } from '#libs/registry';
import { appById, userUpdateBody } from '#libs/registry-http';

export interface UserUpdate {
  readonly app: string;
  readonly externalId: string;
  readonly [field: string]: unknown;
}

/** Does what `PATCH …/users/{externalId}` does, for an event of an internal service. Doing it twice is doing it once. */
export class ApplyUserUpdate {
  constructor(
    private readonly apps: AppRepository,
    private readonly identities: EventIdentities,
    private readonly updateUser: UpdateUser,
  ) {}

  /** `event` is who says it. Throws AppNotFound, ExternalIdReserved, UserUpdateInvalid, DuplicateMismatch, TooManyTags, TooManyAttributes: then trying again cannot help. */
  async execute({ app: appId, ...update }: UserUpdate, event: ClaimedEvent): Promise<void> {
    if (isReservedExternalId(update.externalId)) throw new ExternalIdReserved();
    const patch = userUpdateBody.safeParse(update);
    if (!patch.success) throw new UserUpdateInvalid(fieldErrors(patch.error.issues));
    const { externalId, ...change } = patch.data;
    const app = await appById(this.apps, appId);
    const identity = await this.identities.claim(app.id, event);
    await this.updateUser.execute(app.id, externalId, change, { create: true, maxTags: app.settings.maxTags });
    if (!identity.isDone) await identity.settle();
  }
}

/** More than fit into the 500 characters of a dead letter's reason. */
const maxNamed = 20;

/** An event's data is no body of `PATCH …/users/{externalId}`; the message names its problems, because a dead letter has no other place for them. */
export class UserUpdateInvalid extends PushError {
  readonly code = 'user_update_invalid';
  readonly retryable = false;

  constructor(
    readonly errors: readonly FieldError[],
    options?: ErrorOptions,
  ) {
    super(
      errors
        .slice(0, maxNamed)
        .map(({ pointer, message }) => `/data${pointer}: ${message}`)
        .join('; '),
      options,
    );
  }
}

const source = 'carillon/identity';

/** Tells the author of an event that nothing was done for it. Told twice, it has the same id. */
export class RejectUpdate {
  constructor(
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  async execute(letter: DeadLetter): Promise<void> {
    const { source: author, eventId, eventType } = authorOf(letter);
    const rejection = {
      app: letter.app,
      source: author,
      eventId,
      eventType,
      code: letter.code,
      reason: letter.reason,
      errors: problemsIn(letter.reason),
    };
    await this.events.publish([eventOf(requestRejectedV1, rejection, { id: uuid5('rejected', letter.id), source, at: this.clock.now() })]);
  }
}

/** The reason of a letter lists problems as `/pointer: message`. */
function problemsIn(reason: string): { pointer: string; message: string }[] {
  return reason.split('; ').flatMap((problem) => {
    const [, pointer, message] = /^(\/\S*): (.+)$/.exec(problem) ?? [];
    return pointer !== undefined && message !== undefined ? [{ pointer, message }] : [];
  });
}
