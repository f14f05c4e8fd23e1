import {
  CredentialNotFound,
  NothingToRollBackTo,
  auditLineOf,
  placeOf,
  type CredentialRepository,
  type Principal,
  type Sealer,
  type StoredCredential,
} from '#libs/access';
import { checkPrecondition, type Precondition } from '#libs/api';
import type { Clock, ProviderName } from '#libs/kernel';
import { versionOf } from './set-credential.ts';

export interface RollBackRequest {
  readonly app: string;
  readonly provider: ProviderName;
  readonly expected: Precondition | undefined;
  readonly by: Principal;
}

/** Makes the version before this one the present again, as a new revision; the one that goes can be rolled back to in turn. Nobody is asked: it is for emergencies. */
export class RollBackCredential {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /** Throws CredentialNotFound, NothingToRollBackTo, RevisionMismatch, StaleRevision. */
  async execute({ app, provider, expected, by }: RollBackRequest): Promise<StoredCredential> {
    const stored = await this.credentials.find(app, provider);
    if (!stored) throw new CredentialNotFound(provider);
    checkPrecondition(expected, stored.revision);
    if (!stored.previous) throw new NothingToRollBackTo(provider);
    const now = this.clock.now();
    const { sealed, ...version } = stored.previous;
    const next: StoredCredential = {
      ...{ ...version, app, provider, revision: stored.revision + 1, updatedAt: now, previous: versionOf(stored) },
      ...(sealed !== undefined && { sealed: this.#sealedAnew(sealed, app, provider) }),
    };
    const audit = auditLineOf({ app, by, action: 'credential.rolled_back', target: provider, revision: next.revision }, now);
    await this.credentials.save(next, audit);
    return next;
  }

  /** A rotation of the master key seals the present version anew, and no other. */
  #sealedAnew(sealed: string, app: string, provider: ProviderName): string {
    const place = placeOf(app, provider);
    try {
      return this.sealer.seal(this.sealer.open(sealed, place), place);
    } catch (cause) {
      throw new NothingToRollBackTo(provider, { cause });
    }
  }
}
