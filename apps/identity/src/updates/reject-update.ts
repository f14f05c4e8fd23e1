import { eventOf, requestRejectedV1 } from '#libs/events';
import { uuid5, type Clock } from '#libs/kernel';
import { authorOf, type DeadLetter, type EventPublisher } from '#libs/messaging';

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
