import type { Erasure } from './erasure.ts';

/** Erasures, kept for ever: they say who is gone, and name nobody once they are finished. All calls may throw DependencyUnavailable. */
export abstract class ErasureRepository {
  /** Answers what is stored: the erasure itself, or the one of that id that was there. */
  abstract insertOnce(erasure: Erasure): Promise<Erasure>;
  abstract findById(app: string, id: string): Promise<Erasure | undefined>;
  /** The newest of the people that had this pseudonym. */
  abstract findByPerson(app: string, person: string): Promise<Erasure | undefined>;
  /** Newest first, from behind a place; at most 1,001. */
  abstract list(app: string, limit: number, after?: ErasurePlace): Promise<readonly Erasure[]>;
  /** If the stored revision is one less. Throws StaleRevision. */
  abstract save(erasure: Erasure): Promise<void>;
  /** Those that a service has to go on with by now (ms), the longest due first. */
  abstract findDue(service: string, now: number, limit: number): Promise<readonly Erasure[]>;
}

export interface ErasurePlace {
  readonly createdAt: number;
  readonly id: string;
}

/** The services whose steps are still to be done. */
export function waitingServices({ steps }: Erasure): readonly string[] {
  return [...new Set(steps.filter(({ state }) => state === 'waiting').map(({ service }) => service))];
}
