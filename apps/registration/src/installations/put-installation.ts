import type { App } from '#libs/access';
import { checkPrecondition, pinsRevision, type Precondition } from '#libs/api';
import type { Fingerprinter } from '#libs/kernel';
import {
  InstallationSecretInvalid,
  type Installation,
  type InstallationRepository,
  type RegisterInstallation,
  type RegisteredInstallation,
  type UserWish,
  RevisionMismatch,
  TooManyConflicts,
} from '#libs/registry';
import { hashOfSecret, isProven, newInstallationSecret, type Caller, type InstallationGuard } from '#libs/registry-http';
import type { RegisterBody } from './installation-bodies.ts';
import { fieldsOf, checkBundleId, tokenWish, withSoundTemplates, dependsOnPresent, fieldsOfStart } from './said-fields.ts';

interface PutResult extends RegisteredInstallation {
  /** Shown this once (R7a). */
  readonly installationSecret?: string;
  /** What an sdk key sent and the app keeps for its servers. */
  readonly ignoredFields: readonly string[];
}

interface Put {
  readonly app: App;
  readonly id: string;
  readonly body: RegisterBody;
  readonly caller: Caller;
  readonly expected: Precondition | undefined;
}

/** The one call per app start: registers, refreshes the token and starts the session, after the caller has proven what it must. */
export class PutInstallation {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly registerInstallation: RegisterInstallation,
    private readonly guard: InstallationGuard,
    private readonly fingerprinter: Fingerprinter,
  ) {}

  async execute(put: Put): Promise<PutResult> {
    return retryStale(pinsRevision(put.expected), () => this.#attempt(put));
  }

  async #attempt({ app, id, body, caller, expected }: Put): Promise<PutResult> {
    const found = needsPresent(body, caller, expected) ? ((await this.installations.findWithTombstone(app.id, id)) ?? null) : undefined;
    const present = found?.deletedAt === null ? found : undefined;
    if (caller.kind === 'sdk' && present && !this.#proves(caller, body, present)) throw new InstallationSecretInvalid();
    const provider = body.provider ?? present?.provider;
    const wish = tokenWish(provider, body.token);
    checkBundleId(provider, body.bundleId);
    checkPrecondition(expected, present?.revision);
    const { externalId: _externalId, ...rest } = body;
    const { fields: said, ignoredFields: odd } = withSoundTemplates(fieldsOf(rest), provider, caller.kind);
    const { fields, ignoredFields } =
      caller.kind === 'sdk' ? fieldsOfStart(app.settings, said, present) : { fields: said, ignoredFields: [] };
    const secret = caller.kind === 'sdk' ? newInstallationSecret() : undefined;
    const registered = await this.registerInstallation.execute({
      app: app.id,
      installationId: id,
      by: caller.kind,
      fields,
      ...wish,
      ...(await this.#userWish(app, body.externalId, present, caller)),
      startsSession: true,
      ...revisionToMatch(expected, caller, said, present),
      ...(found !== undefined && { found }),
      ...(secret !== undefined && { secret: { offered: hashOfSecret(secret), shown: shownHash(caller) } }),
      settings: app.settings,
    });
    return {
      ...registered,
      ignoredFields: [...odd, ...ignoredFields],
      ...(registered.secretStored && secret !== undefined && { installationSecret: secret }),
    };
  }

  /** A server-made installation has no secret yet: the very token proves it. */
  #proves(caller: Caller, body: RegisterBody, present: Installation): boolean {
    if (present.secretHash !== null) return isProven(present, caller);
    const { token } = tokenWish(body.provider ?? present.provider, body.token);
    return token !== undefined && token !== null && present.tokenFingerprint === this.fingerprinter.of(token);
  }

  /** A signed token must name whom the call is for: the user it binds, or else the one that owns the installation (R7). */
  async #userWish(
    app: App,
    externalId: string | null | undefined,
    present: Installation | undefined,
    caller: Caller,
  ): Promise<{ readonly externalId?: UserWish | null }> {
    const verified = await this.guard.provenUser(app, externalId ?? present?.externalId ?? null, caller);
    if (externalId === undefined) return {};
    return { externalId: externalId === null ? null : { value: externalId, verified } };
  }
}

/** Server keys that name the provider themselves are the hot path of imports: one read less. */
function needsPresent(body: RegisterBody, caller: Caller, expected: Precondition | undefined): boolean {
  const { token, bundleId, templates } = body;
  const addressNeedsProvider = (token !== undefined || bundleId !== undefined || templates !== undefined) && body.provider === undefined;
  return caller.kind === 'sdk' || expected !== undefined || addressNeedsProvider;
}

function revisionToMatch(
  expected: Precondition | undefined,
  caller: Caller,
  fields: Parameters<typeof dependsOnPresent>[0],
  present: Installation | undefined,
): { readonly expectedRevision?: number | null } {
  if (expected !== undefined) return { expectedRevision: present?.revision ?? null };
  return present && caller.kind === 'sdk' && dependsOnPresent(fields) ? { expectedRevision: present.revision } : {};
}

function shownHash({ secret }: Caller): string | null {
  return secret === undefined ? null : hashOfSecret(secret);
}

const tries = 10;

/**
 * Reads, decides and writes again while other writes come first. `givenUp` says that the caller named the revision itself: then nobody decides anew for it.
 * Throws TooManyConflicts.
 */
export async function retryStale<T>(givenUp: boolean, attempt: () => Promise<T>): Promise<T> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (givenUp || !(error instanceof RevisionMismatch)) throw error;
    }
  }
  throw new TooManyConflicts();
}
