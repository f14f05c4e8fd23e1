import { type Clock, type Fingerprinter, type PushToken, type Random, PushError, StaleRevision, crashPoint } from '#libs/kernel';
import {
  ExternalIdReserved,
  InstallationNotFound,
  PlatformRequired,
  RevisionMismatch,
  TokenTaken,
  TooManyConflicts,
} from '../registry-errors.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { FinishTokenClaim } from '../token/finish-token-claim.ts';
import type { ShownToken } from '../token/token.ts';
import { isReservedExternalId } from '../user/external-id.ts';
import { FinishMerge } from '../user/finish-merge.ts';
import type { UserRepository } from '../user/user.repository.ts';
import { givesSecret, type SecretProof } from './installation-secret.ts';
import type { InstallationRepository } from './installation.repository.ts';
import type { Installation, InstallationFields } from './installation.ts';
import { OwnerSearch } from './owner-search.ts';
import type { OwnerDecision } from './owner.ts';
import { isGrantedNow } from './permission.ts';
import { checkedFields, register, type Registration } from './registration.ts';

/** Who the installation shall belong to: a user by the app's own id. `verified`: a signed token or a server key said so. */
export interface UserWish {
  readonly value: string;
  readonly verified: boolean;
}

interface InstallationWrite {
  readonly app: string;
  readonly installationId: string;
  readonly by: 'sdk' | 'server';
  readonly mustExist: boolean;
  readonly isSeen: boolean;
  readonly startsSession: boolean;
  readonly fields: InstallationFields;
  readonly token?: PushToken | null;
  readonly externalId?: UserWish | null;
  /** null: there must be none yet. */
  readonly expectedRevision?: number | null;
  readonly secret?: SecretProof;
  /** What the caller has just read of this id, a tombstone too; null: nothing. It is read here where it is not given, or was written since. */
  readonly found?: Installation | null;
  /** The user that the installation names is there no more. */
  readonly isOrphan?: boolean;
  readonly settings: RegistrySettings;
}

export interface WrittenInstallation {
  readonly before: Installation | undefined;
  readonly installation: Installation;
  readonly secretStored: boolean;
}

interface Attempt extends WrittenInstallation {
  readonly owner: OwnerDecision;
  readonly isClaimed: boolean;
}

/** The one way that registration, sessions and changes of user write an installation: owner first, then one conditional write, then what it asks for. */
export class InstallationWriter {
  readonly #claims: FinishTokenClaim;
  readonly #merges: FinishMerge;

  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly fingerprinter: Fingerprinter,
    private readonly random: Random,
  ) {
    this.#claims = new FinishTokenClaim(installations, clock, random);
    this.#merges = new FinishMerge(users, installations, clock, random);
  }

  async write(request: InstallationWrite): Promise<WrittenInstallation> {
    const written = await this.#write(request);
    if (written !== 'orphan') return written;
    const { found: _, expectedRevision: _2, ...again } = request; // the revision was as expected when it was written
    const adopted = await this.#write({ ...again, isOrphan: true });
    if (adopted === 'orphan') throw new TooManyConflicts();
    return adopted;
  }

  async #write(request: InstallationWrite): Promise<WrittenInstallation | 'orphan'> {
    if (request.externalId && isReservedExternalId(request.externalId.value)) throw new ExternalIdReserved();
    const search = new OwnerSearch(this.users, this.clock);
    const shown = this.#shown(request);
    const checked = { ...request, fields: checkedFields(request.fields, request.settings.maxTags) };
    let { found } = request;
    const attempt = await retryWhenStale(this.random, async () => {
      const stored = found === undefined ? await this.installations.findWithTombstone(request.app, request.installationId) : found;
      found = undefined;
      return this.#attempt(checked, stored ?? undefined, shown, search);
    }).catch(async (error: unknown) => {
      if (error instanceof PushError && !error.retryable) await search.dropUnless(null); // refused, so surely not written
      throw error;
    });
    await search.dropUnless(attempt.installation.userId);
    return this.#followUp(attempt, search);
  }

  async #attempt(
    request: InstallationWrite,
    stored: Installation | undefined,
    token: ShownToken | null | undefined,
    search: OwnerSearch,
  ): Promise<Attempt> {
    const { app, installationId, fields, externalId: wish, settings } = request;
    const before = stored?.deletedAt === null ? stored : undefined;
    check(request, before);
    const secretStored = givesSecret(before, request.secret, token?.fingerprint ?? null);
    const isGranted = isGrantedNow(fields, before);
    const { isOrphan = false } = request;
    const owner = await search.decide({
      app,
      current: before,
      externalId: wish === null ? null : wish?.value,
      isGranted,
      isOrphan,
      settings,
    });
    const secretHash = secretStored ? (request.secret?.offered ?? null) : null;
    const { isSeen, startsSession } = request;
    const userVerified = wish?.verified === true;
    const now = this.clock.now();
    const facts = { app, installationId, stored, owner, userVerified, fields, token, isSeen, startsSession, secretHash, settings, now };
    return { before, secretStored, owner, ...(await this.#save(facts)) };
  }

  /** P3: a clash on the token's index makes the write a claim. */
  async #save(registration: Registration): Promise<{ installation: Installation; isClaimed: boolean }> {
    const change = register(registration);
    const { installation } = change;
    if (!change.isChanged) return { installation: registration.stored ?? installation, isClaimed: false };
    try {
      crashPoint('p4.installation.before');
      await this.installations.save(installation, change.events, change.ledger, registration.stored);
      crashPoint('p4.installation.after');
      return { installation, isClaimed: false };
    } catch (error) {
      if (!(error instanceof TokenTaken)) throw error;
      const holder = await this.installations.findByFingerprint(installation.app, installation.provider, error.fingerprint);
      if (!holder) throw new StaleRevision(installation.key, { cause: error });
      const claim = register(registration, holder);
      crashPoint('p3.claim.before');
      await this.installations.save(claim.installation, claim.events, claim.ledger, registration.stored);
      crashPoint('p3.claim.after');
      return { installation: claim.installation, isClaimed: true };
    }
  }

  /** Before the caller is answered: the token has moved, the user's other installations know what is new of it, a merge is complete. */
  async #followUp(
    { before, installation, secretStored, owner, isClaimed }: Attempt,
    search: OwnerSearch,
  ): Promise<WrittenInstallation | 'orphan'> {
    const { app, id } = installation;
    if (isClaimed) await this.#claims.execute(app, id);
    for (const optedIn of search.optedInBefore(installation.userId)) await this.#copyUser(app, optedIn);
    const copied = owner.kind === 'kept' || search.isNew(owner.user) ? 'nothing' : await this.#copyUser(app, installation.userId);
    if (copied === 'user_gone' && (await this.installations.findById(app, id))?.userId === installation.userId) return 'orphan';
    const isCopied = copied === 'copied';
    if (owner.kind === 'merged' && before) await this.#merges.execute(app, before.userId);
    const final = isClaimed || isCopied ? await this.installations.findById(app, id) : installation;
    return { before, installation: final ?? installation, secretStored };
  }

  /** P4: the user is read again after the write; what is newer goes to its installations. */
  async #copyUser(app: string, userId: string): Promise<'copied' | 'nothing' | 'user_gone'> {
    const user = await this.users.findById(app, userId);
    if (user === undefined) return 'user_gone';
    if (user.revision === 1) return 'nothing'; // nothing was copied from it before it was first written
    crashPoint('p4.copy.before');
    const copied = await this.installations.copyUser(user);
    crashPoint('p4.copy.after');
    return copied > 0 ? 'copied' : 'nothing';
  }

  #shown({ token, by }: InstallationWrite): ShownToken | null | undefined {
    return token ? { token, fingerprint: this.fingerprinter.of(token), by } : token;
  }
}

/** What is refused is refused before a user is written. */
function check({ installationId, mustExist, expectedRevision, fields }: InstallationWrite, before: Installation | undefined): void {
  if (mustExist && !before) throw new InstallationNotFound(installationId);
  if (expectedRevision !== undefined && expectedRevision !== (before?.revision ?? null)) {
    throw new RevisionMismatch(expectedRevision, before?.revision ?? null);
  }
  if (!before && (fields.platform === undefined || fields.provider === undefined)) throw new PlatformRequired();
}
