import { eventOf, userErasedV1, type DomainEvent } from '#libs/events';
import { againWhenStale, note, uuid5, type Clock, type ErasureKeys } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import type { ErasedPerson } from './erased-person.ts';
import type { ErasureRepository } from './erasure.repository.ts';
import type { ErasureStore } from './erasure-steps.ts';
import { afterStep, type ErasedStep, type Erasure } from './erasure.ts';

/** Clears one store of a person, a bounded step at a time; doing a step again does no harm. */
export interface PersonEraser {
  readonly store: ErasureStore;
  erase(erasure: Pick<Erasure, 'app'>, person: ErasedPerson, after: string | null): Promise<ErasedStep>;
}

const atOnce = 20;
const conflicts = 50;

/** Does the steps of one service, whoever began the erasures; each step's end is stored, and what a crash left begins with the step it stopped at. */
export abstract class CarryOutErasures {
  constructor(
    private readonly service: string,
    private readonly erasers: readonly PersonEraser[],
    private readonly erasures: ErasureRepository,
    private readonly keys: ErasureKeys,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** Goes through all that are due now. Answers how many steps it did. */
  async execute(): Promise<number> {
    let done = 0;
    const failures: unknown[] = [];
    for (const erasure of await this.erasures.findDue(this.service, this.clock.now(), atOnce)) {
      await this.#carryOut(erasure).then(
        (steps) => (done += steps),
        (error: unknown) => failures.push(error), // one that cannot go on holds up no other
      );
    }
    if (failures.length > 0) throw failures[0];
    return done;
  }

  /** Before a restored platform serves anybody: until this service has nothing more to do for now. */
  async settle(): Promise<void> {
    while ((await this.execute()) > 0);
  }

  async #carryOut({ app, id, round }: Erasure): Promise<number> {
    let done = 0;
    for (const eraser of this.erasers) {
      for (;;) {
        const current = await this.erasures.findById(app, id);
        const step = current?.steps.find(({ store }) => store === eraser.store);
        if (!current?.subject || current.round !== round || step?.state !== 'waiting') break;
        await this.#store(current, eraser.store, await eraser.erase(current, current.subject, step.after));
        done += 1;
      }
    }
    return done;
  }

  /** What one service has done is added to what the others store meanwhile. */
  async #store({ app, id, round }: Erasure, store: ErasureStore, erased: ErasedStep): Promise<void> {
    await againWhenStale(conflicts, async () => {
      const current = await this.erasures.findById(app, id);
      if (current?.round !== round) return; // another process was faster
      const next = afterStep(current, store, erased, this.keys, this.clock.now());
      if (next.finishedAt !== null && current.subject) {
        // Before it is stored, which is when we forget whom it was about: after a crash in between it is told again, with the same id.
        await this.events.publish([erasedFact(current, current.subject, next.finishedAt)]);
      }
      await this.erasures.save(next);
      if (next.finishedAt !== null) note('erasure done', { app, erasureId: id });
    });
  }
}

function erasedFact({ app, id: erasureId }: Erasure, { externalId, userIds }: ErasedPerson, at: number): DomainEvent {
  const data = { app, erasureId, externalId, userIds: [...userIds] };
  return eventOf(userErasedV1, data, { id: uuid5('user.erased', erasureId), source: 'carillon/identity', at });
}
