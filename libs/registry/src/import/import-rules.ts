import type { Fingerprinter } from '#libs/kernel';
import { isDeepStrictEqual } from 'node:util';
import { copyOfUser, type OwnerDecision } from '../installation/owner.ts';
import type { Installation, InstallationFields } from '../installation/installation.ts';
import { checkedFields, register, type Registration } from '../installation/registration.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { ShownToken } from '../token/token.ts';
import { changeOf, newUser, type User } from '../user/user.ts';
import type { ImportJob, ImportOutcome, ImportedDevice, ImportedItem } from './import-job.ts';
import type { ImportAnswer, ImportedInstallation, ImportedUser } from './import.repository.ts';
import { importedUserId } from './imported-user-id.ts';

export interface ImportRules {
  readonly job: ImportJob;
  readonly part: number;
  readonly settings: RegistrySettings;
  readonly fingerprinter: Fingerprinter;
  readonly now: number;
}

interface PendingUser {
  readonly before: User | undefined;
  user: User;
  /** Of each item that had a word in it what became of it, where it brings no device. */
  readonly items: Map<string, ImportOutcome | null>;
}

/** What a device has said of itself since is newer than any file; these a server may still say (R18). */
const ofServers: readonly (keyof InstallationFields)[] = ['tags', 'attributes', 'expiresAt'];

/**
 * Decides what items of an import write, on what is stored of that which they speak of: one after the other, so that a later one finds what an earlier one
 * left. Pure but for new ids of people. An installation is written at most once: ask `touches` before.
 */
export class ImportDecisions {
  readonly #users = new Map<string, PendingUser>();
  readonly #strangers: ImportedUser[] = [];
  readonly #installations = new Map<string, ImportedInstallation>();
  readonly #holders: Map<string, string>;

  constructor(
    private readonly rules: ImportRules,
    private readonly stored: ImportAnswer,
  ) {
    this.#holders = new Map(stored.holders);
  }

  /** Whether the item would write an installation that is written already. */
  touches(item: ImportedItem): boolean {
    return item.device !== null && this.#installations.has(idOf(item.device, this.rules.fingerprinter));
  }

  /** Throws what registrations throw: TooManyTags, TagInvalid, TooManyAttributes. Then nothing of the item is written. */
  decide(item: ImportedItem): ImportOutcome {
    const applied = this.stored.applied.get(item.ref);
    if (applied !== undefined) return applied;
    return item.device === null ? this.#person(item) : this.#device(item, item.device);
  }

  get installations(): ImportedInstallation[] {
    return [...this.#installations.values()].map((one) => ({ ...one, installation: this.#withNewestUser(one.installation) }));
  }

  get users(): ImportedUser[] {
    const written = [...this.#users.values()].filter(({ before, user }) => user !== before);
    return [...this.#strangers, ...written.map(({ user, items }) => ({ user, items }))];
  }

  #person(item: ImportedItem): ImportOutcome {
    const { externalId } = item;
    if (externalId === null) return 'existing';
    const before = this.#pending(externalId)?.user;
    const user = this.#named(externalId, item);
    if (before === undefined) return 'created';
    return user === before ? 'existing' : 'updated';
  }

  #device(item: ImportedItem, device: ImportedDevice): ImportOutcome {
    const { settings, fingerprinter } = this.rules;
    const id = idOf(device, fingerprinter);
    const stored = this.stored.installations.get(id);
    const present = stored?.deletedAt === null ? stored : undefined;
    const fields = checkedFields(device.fields, settings.maxTags);
    const { provider } = fields;
    const token = device.token && { token: device.token, fingerprint: fingerprinter.of(device.token), by: 'import' as const };
    const holder = token && this.#holders.get(`${provider ?? ''}:${token.fingerprint}`);
    if (holder != null && holder !== id) return 'existing'; // R18
    if (!present) return this.#create(item, device, id, fields, token, stored);
    if (this.rules.job.mode === 'create') return 'existing';
    return this.#update(item, present, fields, token);
  }

  #create(
    item: ImportedItem,
    device: ImportedDevice,
    id: string,
    fields: InstallationFields,
    token: ShownToken | null,
    stored: Installation | undefined,
  ): ImportOutcome {
    const user = item.externalId === null ? this.#stranger(item) : this.#named(item.externalId, item);
    const { firstSeenAt, lastSeenAt } = device;
    const first = {
      temporary: device.id === null,
      ...(firstSeenAt !== null && { firstSeenAt }),
      lastSeenAt: Math.max(lastSeenAt ?? firstSeenAt ?? this.rules.now, firstSeenAt ?? 0),
    };
    return this.#register(item, 'created', {
      installationId: id,
      stored,
      owner: { kind: 'first', user },
      fields,
      token: token ?? undefined,
      first,
    });
  }

  /** Whose an installation is stays as it is: a file does not log anybody in or out. */
  #update(item: ImportedItem, present: Installation, said: InstallationFields, token: ShownToken | null): ImportOutcome {
    const isOurs = present.secretHash === null && (present.token === null || present.tokenImported);
    const fields = newIn(isOurs ? said : pick(said, ofServers), present);
    const before = item.externalId === null ? undefined : this.#pending(item.externalId)?.user;
    const user = item.externalId === null ? undefined : this.#named(item.externalId, item);
    const owner: OwnerDecision = user?.userId === present.userId ? { kind: 'refreshed', user } : { kind: 'kept' };
    const isOther = token?.fingerprint !== present.tokenFingerprint;
    const outcome = this.#register(item, 'updated', {
      installationId: present.id,
      stored: present,
      owner,
      fields,
      token: isOurs && isOther ? (token ?? undefined) : undefined,
    });
    return outcome === 'existing' && user !== undefined && user !== before ? 'updated' : outcome;
  }

  #register(
    item: ImportedItem,
    outcome: ImportOutcome,
    said: Pick<Registration, 'installationId' | 'stored' | 'owner' | 'fields' | 'token' | 'first'>,
  ): ImportOutcome {
    const { job, settings, now } = this.rules;
    const { installation, ledger, isChanged } = register({
      ...said,
      app: job.app,
      userVerified: false,
      isSeen: false,
      startsSession: false,
      secretHash: null,
      settings,
      now,
    });
    if (!isChanged) return 'existing';
    const { id, provider, tokenFingerprint } = installation;
    this.#installations.set(id, { installation, before: said.stored, ledger, outcomes: new Map([[item.ref, outcome]]) });
    if (tokenFingerprint !== null) this.#holders.set(`${provider}:${tokenFingerprint}`, id);
    return outcome;
  }

  /** R19: nobody yet. */
  #stranger(item: ImportedItem): User {
    const user = { ...newUser(this.rules.job.app, null, 'subscribed', this.rules.now), userId: this.#userId(item) };
    const changed = changeOf(user, item.user, this.rules.settings.maxTags, this.rules.now)?.user ?? user;
    const first = { ...changed, revision: 1 };
    this.#strangers.push({ user: first, items: new Map([[item.ref, null]]) });
    return first;
  }

  /** The person with this id, as the item leaves it: made where nobody has it, changed by an upsert. */
  #named(externalId: string, item: ImportedItem): User {
    const { job, settings, now } = this.rules;
    const pending = this.#pending(externalId);
    if (!pending) {
      const made = { ...newUser(job.app, externalId, 'subscribed', now), userId: this.#userId(item) };
      const user = { ...(changeOf(made, item.user, settings.maxTags, now)?.user ?? made), revision: 1 };
      this.#users.set(externalId, { before: undefined, user, items: new Map([[item.ref, item.device ? null : 'created']]) });
      return user;
    }
    if (job.mode === 'create' || this.stored.usersApplied.has(item.ref)) return pending.user;
    const changed = changeOf(pending.user, item.user, settings.maxTags, now)?.user;
    if (!changed) return pending.user;
    pending.user = { ...changed, revision: (pending.before?.revision ?? 0) + 1 };
    pending.items.set(item.ref, item.device ? null : 'updated');
    return pending.user;
  }

  #pending(externalId: string): PendingUser | undefined {
    const pending = this.#users.get(externalId);
    const stored = this.stored.users.get(externalId);
    if (pending || !stored) return pending;
    const found: PendingUser = { before: stored, user: stored, items: new Map() };
    this.#users.set(externalId, found);
    return found;
  }

  #userId(item: ImportedItem): string {
    return importedUserId(this.rules.job, this.rules.part, item.ref);
  }

  /** A later line may have changed the person whose copy an installation has taken. */
  #withNewestUser(installation: Installation): Installation {
    const pending = installation.externalId === null ? undefined : this.#users.get(installation.externalId);
    return pending?.user.userId === installation.userId ? { ...installation, ...copyOfUser(pending.user) } : installation;
  }
}

/** R17: the id is optional; the same token then always makes the same one. */
export function idOf({ id, token }: ImportedDevice, fingerprinter: Fingerprinter): string {
  return id ?? `import-${token ? fingerprinter.of(token) : ''}`;
}

/** What says nothing new needs no write. */
function newIn(fields: InstallationFields, present: Installation): InstallationFields {
  const entries = Object.entries(fields) as [keyof InstallationFields, unknown][];
  return Object.fromEntries(entries.filter(([name, value]) => !isDeepStrictEqual(value, present[name])));
}

function pick(fields: InstallationFields, names: readonly (keyof InstallationFields)[]): InstallationFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => (names as readonly string[]).includes(name)));
}
