import type { Clock, Fingerprinter, PushToken, Random } from '#libs/kernel';
import type { RegistrySettings } from '../registry-settings.ts';
import type { UserRepository } from '../user/user.repository.ts';
import type { SecretProof } from './installation-secret.ts';
import { InstallationWriter, type UserWish, type WrittenInstallation } from './installation-writer.ts';
import type { InstallationRepository } from './installation.repository.ts';
import type { Installation, InstallationFields } from './installation.ts';

export interface RegisterInstallationCommand {
  readonly app: string;
  readonly installationId: string;
  readonly by: 'sdk' | 'server';
  readonly fields: InstallationFields;
  /** Absent: unchanged; null: the installation has none any more. */
  readonly token?: PushToken | null;
  /** Absent: unchanged; null: detach (R6). */
  readonly externalId?: UserWish | null;
  readonly startsSession: boolean;
  /** From `If-Match` or `If-None-Match`; null: it must not exist yet. */
  readonly expectedRevision?: number | null;
  /** Give it for sdk keys; without it nothing is checked or stored. */
  readonly secret?: SecretProof;
  /** What was just read of this id, a tombstone too; null: nothing. Absent: it is read. */
  readonly found?: Installation | null;
  readonly settings: RegistrySettings;
}

export interface RegisteredInstallation {
  readonly installation: Installation;
  readonly created: boolean;
  readonly tokenChanged: boolean;
  /** The offered secret is the installation's now: tell it to the caller, once. */
  readonly secretStored: boolean;
}

/**
 * Registers an installation or registers it again, refreshes its token and starts its session: the one call per app start. Safe to repeat.
 * Throws PlatformRequired, RevisionMismatch, InstallationSecretInvalid, TooManyTags, TagInvalid, TooManyAttributes, TooManyConflicts.
 */
export class RegisterInstallation {
  readonly #writer: InstallationWriter;

  constructor(installations: InstallationRepository, users: UserRepository, clock: Clock, fingerprinter: Fingerprinter, random: Random) {
    this.#writer = new InstallationWriter(installations, users, clock, fingerprinter, random);
  }

  async execute(command: RegisterInstallationCommand): Promise<RegisteredInstallation> {
    const written = await this.#writer.write({ ...command, mustExist: false, isSeen: command.by === 'sdk' || command.startsSession });
    return registeredFrom(written);
  }
}

/** What the caller of a registration or a session start is told. */
function registeredFrom({ before, installation, secretStored }: WrittenInstallation): RegisteredInstallation {
  const tokenChanged = (before?.tokenFingerprint ?? null) !== installation.tokenFingerprint;
  return { installation, created: before === undefined, tokenChanged, secretStored };
}

export interface StartSessionCommand {
  readonly app: string;
  readonly installationId: string;
  readonly by: 'sdk' | 'server';
  readonly token?: PushToken | null;
  /** What the app found changed at its start, such as `permission`. */
  readonly fields?: InstallationFields;
  /** What was just read of this id; absent: it is read. */
  readonly found?: Installation;
  readonly expectedRevision?: number;
  readonly settings: RegistrySettings;
}

/**
 * The light session start: without a token only `lastSeenAt` moves; the same token is confirmed (R11), another one replaces it (R8).
 * Throws InstallationNotFound, RevisionMismatch, TooManyConflicts.
 */
export class StartSession {
  readonly #writer: InstallationWriter;

  constructor(installations: InstallationRepository, users: UserRepository, clock: Clock, fingerprinter: Fingerprinter, random: Random) {
    this.#writer = new InstallationWriter(installations, users, clock, fingerprinter, random);
  }

  async execute(command: StartSessionCommand): Promise<RegisteredInstallation> {
    const { fields = {} } = command;
    return registeredFrom(await this.#writer.write({ ...command, fields, mustExist: true, isSeen: true, startsSession: true }));
  }
}
