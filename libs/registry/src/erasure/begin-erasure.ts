import { uuid5, type Clock, type ErasureKeys } from '#libs/kernel';
import type { ErasureList, ListedErasure } from '#libs/storage';
import type { AliasRepository } from '../alias/alias.repository.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import type { UserRepository } from '../user/user.repository.ts';
import type { User } from '../user/user.ts';
import type { EraseUser } from './erase-user.ts';
import type { ErasedPerson } from './erased-person.ts';
import type { ErasureRepository } from './erasure.repository.ts';
import { newErasure, type Erasure } from './erasure.ts';

const maxMerged = 1_000;

/** Begins the erasure of a person, and does what must be done before anybody is answered: the user and its devices go. */
export class BeginErasure {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly aliases: AliasRepository,
    private readonly erasures: ErasureRepository,
    private readonly list: ErasureList,
    private readonly eraseUser: EraseUser,
    private readonly keys: ErasureKeys,
    private readonly clock: Clock,
  ) {}

  /** What is to be done is stored before the first thing is done, and listed beside the database before that. Throws TooManyConflicts. */
  async execute(user: User): Promise<Erasure> {
    const { app, userId, externalId } = user;
    const subject = await this.#subjectOf(user, [userId, ...(await this.#mergedInto(user))]);
    const person = this.keys.pseudonym(app, externalId ?? userId);
    const id = uuid5('erasure', app, userId);
    await this.list.add({ id, app, person, userIds: subject.userIds, at: this.clock.now() });
    return this.#begin(newErasure({ id, app, person, subject }, this.clock.now()));
  }

  /** The erasure that was begun last of those who had this external id: whoever asks again is told of it. */
  async begun(app: string, externalId: string): Promise<Erasure | undefined> {
    return this.erasures.findByPerson(app, this.keys.pseudonym(app, externalId));
  }

  /** Does again what a backup does not know of; one that it knows goes on, or is over. `tell` is given a line for people where there was any. */
  async replay(tell: (line: string) => void): Promise<number> {
    let begun = 0;
    for await (const listed of this.list.all()) if (await this.#beginAgain(listed)) begun += 1;
    if (begun > 0) tell(`  erasures   ${begun} people who were erased since the backup are erased again`);
    return begun;
  }

  async #beginAgain({ id, app, person, userIds, at }: ListedErasure): Promise<boolean> {
    if (await this.erasures.findById(app, id)) return false;
    const found = (await Promise.all(userIds.map((userId) => this.users.findUnmerged(app, userId)))).filter((user) => user !== undefined);
    const known = found.find(({ externalId }) => externalId !== null) ?? found[0];
    const subject = known ? await this.#subjectOf(known, userIds) : { externalId: null, userIds, aliases: [], installationIds: [] };
    await this.#begin({ ...newErasure({ id, app, person, subject }, at), dueAt: this.clock.now() });
    return true;
  }

  async #begin(erasure: Erasure): Promise<Erasure> {
    const stored = await this.erasures.insertOnce(erasure);
    if (!stored.subject) return stored;
    await this.eraseUser.removeUsers(stored.app, stored.subject);
    await this.eraseUser.removeDevices(stored.app, stored.subject);
    return stored;
  }

  async #subjectOf({ app, externalId }: User, userIds: readonly string[]): Promise<ErasedPerson> {
    const aliases = await Promise.all(userIds.map((userId) => this.aliases.ofUser(app, userId)));
    const devices = await Promise.all(userIds.map((userId) => this.installations.findByUser(app, userId)));
    return { externalId, userIds, aliases: aliases.flat(), installationIds: devices.flat().map(({ id }) => id) };
  }

  /** Those whose merge into the user is not complete. */
  async #mergedInto({ app, userId }: User): Promise<readonly string[]> {
    const merged = await this.users.findMerged(maxMerged);
    return merged.filter((one) => one.app === app && one.mergedInto === userId).map((one) => one.userId);
  }
}
