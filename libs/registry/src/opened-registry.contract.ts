import type { EventEnvelope } from '#libs/events';
import { ErasureKeys, Fingerprinter, PushToken, Random } from '#libs/kernel';
import type { FixedClock } from '#libs/testing';
import type { AliasRepository } from './alias/alias.repository.ts';
import type { BehaviourRepository } from './behaviour/behaviour.repository.ts';
import type { EngagementRepository } from './engagement/engagement.repository.ts';
import type { FrequencyMarks } from './frequency/frequency-marks.ts';
import type { ActivityTokens } from './activity/activity-tokens.ts';
import { ChangeInstallationTags } from './installation/change-installation-tags.ts';
import { ChangeUser, DetachUser } from './installation/change-user.ts';
import { EraseUser } from './erasure/erase-user.ts';
import type { ErasureRepository } from './erasure/erasure.repository.ts';
import type { PersonalRecords } from './erasure/personal-records.ts';
import type { ExportRepository } from './export/export.repository.ts';
import { NO_COUNTS, type ImportJob } from './import/import-job.ts';
import type { ImportRepository } from './import/import.repository.ts';
import { ImportLines } from './import/import-lines.ts';
import type { InstallationRepository } from './installation/installation.repository.ts';
import type { Installation, InstallationFields } from './installation/installation.ts';
import { RegisterInstallation, type RegisterInstallationCommand, StartSession } from './installation/register-installation.ts';
import { firstInstallation } from './installation/registration.ts';
import { RemoveInstallation } from './installation/remove-installation.ts';
import type { LedgerLine, TokenLedger } from './ledger/token-ledger.ts';
import { CarryOutMerges } from './operation/carry-out-merges.ts';
import type { OperationRepository } from './operation/operation.repository.ts';
import { DEFAULT_REGISTRY_SETTINGS, type RegistrySettings } from './registry-settings.ts';
import { SweepRegistry } from './sweep-registry.ts';
import { FinishTokenClaim } from './token/finish-token-claim.ts';
import { NoteDroppedMessages } from './token/note-dropped-messages.ts';
import { CorrectEnvironment, MarkOptedOut, MarkTokenSuspect, PurgeToken, ReplaceToken } from './token/purge-token.ts';
import { ChangeAliases } from './user/alias-changes.ts';
import { FindUser } from './user/find-user.ts';
import { FinishMerge } from './user/finish-merge.ts';
import { IdentifyUser, MergeUsers } from './user/merge-users.ts';
import { TrackUser } from './user/track-user.ts';
import { ChangeUserTags, CopyUserToInstallations, UpdateUser } from './user/update-user.ts';
import type { UserRepository } from './user/user.repository.ts';
import { newUser, type User } from './user/user.ts';

/** A registry on one kind of storage, empty, as the suites need it. */
export interface OpenedRegistry {
  readonly clock: FixedClock;
  readonly installations: InstallationRepository;
  readonly users: UserRepository;
  readonly ledger: TokenLedger;
  readonly imports: ImportRepository;
  readonly aliases: AliasRepository;
  readonly behaviour: BehaviourRepository;
  readonly engagements: EngagementRepository;
  readonly marks: FrequencyMarks;
  readonly operations: OperationRepository;
  readonly exports: ExportRepository;
  readonly activities: ActivityTokens;
  readonly erasures: ErasureRepository;
  readonly records: PersonalRecords;
  /** Every event that left with a write; those of one key in order. */
  published(): Promise<readonly EventEnvelope[]>;
}

export type OpenRegistry = () => Promise<OpenedRegistry>;

export const app = 'demo';
const fingerprinter = new Fingerprinter(Buffer.alloc(32, 7));
const erasureKeys = new ErasureKeys(Buffer.alloc(32, 7));

export function fingerprintOf(token: string): string {
  return fingerprinter.of(new PushToken(token));
}

export function aUser(externalId: string | null, patch: Partial<User> = {}): User {
  return { ...newUser(app, externalId, 'subscribed', 0), ...patch };
}

export function anInstallation(id: string, patch: Partial<Installation> & { readonly owner?: User } = {}): Installation {
  const { owner = aUser(null), ...rest } = patch;
  return { ...firstInstallation({ app: rest.app ?? app, id, platform: 'ios', provider: 'apns' }, owner, undefined, 0), ...rest };
}

/** What an installation with a token differs in. */
export function holding(token: string, confirmedAt = 0): Partial<Installation> {
  const fingerprint = fingerprintOf(token);
  return { token: new PushToken(token), tokenFingerprint: fingerprint, tokenRegisteredAt: confirmedAt, tokenConfirmedAt: confirmedAt };
}

export function aLedgerLine(installation: Installation, patch: Partial<LedgerLine> = {}): LedgerLine {
  return {
    id: `${installation.key}:${installation.revision}:0`,
    app: installation.app,
    installationId: installation.id,
    revision: installation.revision,
    at: installation.revision,
    event: 'registered',
    tokenFingerprint: null,
    fromUser: null,
    toUser: installation.userId,
    fromExternalId: null,
    toExternalId: null,
    reason: null,
    provider: 'apns',
    sendId: null,
    ...patch,
  };
}

/** An import that runs, with one part. */
export function anImportJob(patch: Partial<ImportJob> = {}): ImportJob {
  return {
    id: 'i1', app, revision: 1, step: 0, format: 'carillon', mode: 'create', dryRun: false, state: 'running', failure: null,
    expectedParts: null, parts: [{ part: 1, bytes: 1_000 }], position: null, counts: NO_COUNTS, problems: [], createdAt: 0, startedAt: 0, finishedAt: null,
    committedAt: null, workedMs: 0, ...patch,
  }; // prettier-ignore
}

/** Saves many, a hundred at a time. */
export async function saveAll(repository: InstallationRepository, installations: readonly Installation[]): Promise<void> {
  for (let from = 0; from < installations.length; from += 100) {
    await Promise.all(installations.slice(from, from + 100).map((installation) => repository.save(installation, [], [])));
  }
}

class NoJitter extends Random {
  next(): number {
    return 0;
  }
}

/** Every operation over an opened registry, with short ways to say what the stories are made of. */
export class Registry {
  readonly register: RegisterInstallation;
  readonly startSession: StartSession;
  readonly changeUser: ChangeUser;
  readonly detachUser: DetachUser;
  readonly removeInstallation: RemoveInstallation;
  readonly changeInstallationTags: ChangeInstallationTags;
  readonly updateUser: UpdateUser;
  readonly changeUserTags: ChangeUserTags;
  readonly findUser: FindUser;
  readonly purgeToken: PurgeToken;
  readonly markTokenSuspect: MarkTokenSuspect;
  readonly markOptedOut: MarkOptedOut;
  readonly noteDroppedMessages: NoteDroppedMessages;
  readonly correctEnvironment: CorrectEnvironment;
  readonly replaceToken: ReplaceToken;
  readonly finishTokenClaim: FinishTokenClaim;
  readonly finishMerge: FinishMerge;
  readonly copyUser: CopyUserToInstallations;
  readonly changeAliases: ChangeAliases;
  readonly identifyUser: IdentifyUser;
  readonly mergeUsers: MergeUsers;
  readonly carryOutMerges: CarryOutMerges;
  readonly trackUser: TrackUser;
  readonly sweep: SweepRegistry;
  readonly importLines: ImportLines;
  readonly eraseUser: EraseUser;

  readonly settings: RegistrySettings;

  constructor(
    readonly opened: OpenedRegistry,
    settings: Partial<RegistrySettings> = {},
  ) {
    this.settings = { ...DEFAULT_REGISTRY_SETTINGS, ...settings };
    const { installations, users, aliases, behaviour, operations, clock } = opened;
    const random = new NoJitter();
    this.register = new RegisterInstallation(installations, users, clock, fingerprinter, random);
    this.startSession = new StartSession(installations, users, clock, fingerprinter, random);
    this.changeUser = new ChangeUser(installations, users, clock, fingerprinter, random);
    this.detachUser = new DetachUser(installations, users, clock, fingerprinter, random);
    this.removeInstallation = new RemoveInstallation(installations, users, clock, random);
    this.changeInstallationTags = new ChangeInstallationTags(installations, clock, random);
    this.updateUser = new UpdateUser(users, installations, clock, random);
    this.changeUserTags = new ChangeUserTags(users, installations, clock, random);
    this.findUser = new FindUser(users, installations);
    this.purgeToken = new PurgeToken(installations, clock, random);
    this.markTokenSuspect = new MarkTokenSuspect(installations, clock, random);
    this.markOptedOut = new MarkOptedOut(installations, clock, random);
    this.noteDroppedMessages = new NoteDroppedMessages(installations, clock, random);
    this.correctEnvironment = new CorrectEnvironment(installations, clock, random);
    this.replaceToken = new ReplaceToken(installations, clock, fingerprinter, random);
    this.finishTokenClaim = new FinishTokenClaim(installations, clock, random);
    this.finishMerge = new FinishMerge(users, installations, clock, random);
    this.copyUser = new CopyUserToInstallations(users, installations);
    this.changeAliases = new ChangeAliases(aliases, users, installations, clock, random);
    this.identifyUser = new IdentifyUser(users, installations, aliases, clock, random);
    this.mergeUsers = new MergeUsers(users, installations, clock, random);
    this.carryOutMerges = new CarryOutMerges(operations, users, installations, clock, random);
    this.trackUser = new TrackUser(users, installations, aliases, behaviour, clock, random);
    this.sweep = new SweepRegistry(installations, users, clock, random);
    this.eraseUser = new EraseUser(users, installations, erasureKeys, clock, random);
    this.importLines = new ImportLines(opened.imports, clock, fingerprinter, random);
  }

  /** An app start on a device: a phone with permission granted unless `fields` says otherwise. */
  async start(
    installationId: string,
    token?: string | null,
    fields: InstallationFields = {},
    more: Partial<RegisterInstallationCommand> = {},
  ) {
    return this.register.execute({
      app,
      installationId,
      by: 'sdk',
      fields: { platform: 'ios', provider: 'apns', notificationsEnabled: true, ...fields },
      ...(token !== undefined && { token: token === null ? null : new PushToken(token) }),
      startsSession: true,
      settings: this.settings,
      ...more,
    });
  }

  async logIn(installationId: string, externalId: string) {
    return this.changeUser.execute({ app, installationId, externalId: { value: externalId, verified: true }, settings: this.settings });
  }

  /** What the provider says of the token that the installation has now: dead, as the dispatcher read it. */
  async bounce(installationId: string, reason = 'Unregistered') {
    const { tokenFingerprint, tokenConfirmedAt } = await this.installation(installationId);
    const condition = { fingerprint: tokenFingerprint ?? '', invalidSince: null, confirmedAt: tokenConfirmedAt ?? 0 };
    return this.purgeToken.execute(app, installationId, condition, { reason, sendId: 's1' });
  }

  async subscribe(externalId: string, subscription: User['subscription']) {
    return this.updateUser.execute(app, externalId, { subscription }, { create: true, maxTags: 60 });
  }

  async installation(id: string): Promise<Installation> {
    const found = await this.opened.installations.findById(app, id);
    if (!found) throw new Error(`no installation ${id}`);
    return found;
  }

  async user(externalId: string): Promise<User> {
    return (await this.findUser.execute(app, externalId)).user;
  }

  /** The person's devices that can show a notification: `registered(P, A)`. */
  async registeredOf(externalId: string): Promise<readonly string[]> {
    const { installations } = await this.findUser.execute(app, externalId);
    return installations.filter(({ token, notificationsEnabled }) => token !== null && notificationsEnabled).map(({ id }) => id);
  }

  /** Newest first: `event from>to reason`. */
  async ledgerOf(installationId: string): Promise<readonly string[]> {
    const { items } = await this.opened.ledger.ofInstallation(app, installationId, 100);
    return items.map(
      ({ event, fromExternalId, toExternalId, reason }) => `${event} ${fromExternalId ?? '-'}>${toExternalId ?? '-'} ${reason ?? '-'}`,
    );
  }
}
