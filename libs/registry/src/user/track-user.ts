import type { Clock, Random } from '#libs/kernel';
import type { AliasRepository } from '../alias/alias.repository.ts';
import { changedTags, type TagChange } from '../audience/tag-set.ts';
import type { BehaviourRepository } from '../behaviour/behaviour.repository.ts';
import type { TrackedEvent } from '../behaviour/behaviour.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { FindOrMakeUser, type UserName } from './find-or-make-user.ts';
import { UserWriter } from './update-user.ts';
import type { UserRepository } from './user.repository.ts';
import { changeOf, type User, type UserChange } from './user.ts';

/** What somebody tells of a person: a change of what is known, tags that come and go, things that the person did. */
export interface TrackedChange {
  readonly change?: UserChange;
  readonly tags?: TagChange;
  readonly events?: readonly TrackedEvent[];
}

export interface TrackedUser {
  readonly user: User;
  /** Of each event, in order, whether it had been told before. */
  readonly duplicates: readonly boolean[];
}

/** Tells of what a person is about to be counted for. It may be told twice, after a crash. */
export type Announcement = (user: User, events: readonly TrackedEvent[]) => Promise<void>;

/**
 * Takes in what is told of a person, who is made where the name is new. Events count once by their ids; everything else is set as it is said, and copied to all installations
 * before it answers. Throws InstallationNotFound, UserNotFound, ExternalIdReserved, TooManyTags, TagInvalid, TooManyAttributes, AttributeMismatch, TooManyEventNames, TooManyConflicts.
 */
export class TrackUser {
  readonly #find: FindOrMakeUser;
  readonly #writer: UserWriter;

  constructor(
    users: UserRepository,
    installations: InstallationRepository,
    aliases: AliasRepository,
    private readonly behaviour: BehaviourRepository,
    clock: Clock,
    private readonly random: Random,
  ) {
    this.#find = new FindOrMakeUser(users, installations, aliases, clock, random);
    this.#writer = new UserWriter(users, installations, clock, random);
  }

  /** `announce` is given the events that are not counted yet, before they are: a call that a crash cut short, and that is told again, announces them again. */
  async execute(
    app: string,
    name: UserName,
    { change, tags, events = [] }: TrackedChange,
    maxTags: number,
    announce?: Announcement,
  ): Promise<TrackedUser> {
    const found = await this.#find.execute(app, name);
    const user =
      change || tags ? await this.#writer.applyTo(found, (stored, now) => ruled(stored, change ?? {}, tags, maxTags, now)) : found;
    if (events.length === 0) return { user, duplicates: [] };
    let isAnnounced = announce === undefined;
    const isNew = await retryWhenStale(this.random, async () => {
      const owner = await this.#find.execute(app, name); // a merge may have made the person another one's
      if (!isAnnounced) await announce?.(owner, await this.behaviour.uncounted(app, owner.userId, events));
      isAnnounced = true;
      return this.behaviour.count(app, owner.userId, events);
    });
    return { user, duplicates: isNew.map((one) => !one) };
  }
}

function ruled(user: User, change: UserChange, tags: TagChange | undefined, maxTags: number, now: number) {
  if (!tags) return changeOf(user, change, maxTags, now);
  const changed = changedTags(user.tags, tags, maxTags);
  return changeOf(user, { ...change, tags: changed }, Math.max(maxTags, changed.length), now);
}
