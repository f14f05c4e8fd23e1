import type { Clock, ErasureKeys } from '#libs/kernel';
import type { AliasRepository } from '../alias/alias.repository.ts';
import type { BehaviourRepository } from '../behaviour/behaviour.repository.ts';
import type { EngagementRepository } from '../engagement/engagement.repository.ts';
import { deviceKey, personKey } from '../frequency/frequency-mark.ts';
import type { FrequencyMarks } from '../frequency/frequency-marks.ts';
import type { TokenLedger } from '../ledger/token-ledger.ts';
import type { PersonEraser } from './carry-out-erasures.ts';
import type { EraseUser } from './erase-user.ts';
import { PersonMask, type ErasedPerson } from './erased-person.ts';
import type { ErasureStore } from './erasure-steps.ts';
import type { PersonalRecords, PersonalStore } from './personal-records.ts';

interface RecordsOptions extends Omit<PersonalStore, 'name'> {
  /** Documents that name the person's devices alone speak of it, too; default false. */
  readonly devices?: true;
  /** How long the store still holds something of the devices, ms; default: nothing is left. */
  readonly keptMs?: number;
}

/** What erasers of documents work with. */
export interface RecordsTools {
  readonly records: PersonalRecords;
  readonly keys: ErasureKeys;
  readonly clock: Clock;
}

/** An eraser of the table, or collection, of the same name. */
export function recordsEraser(
  store: ErasureStore,
  { devices, keptMs, ...how }: RecordsOptions,
  { records, keys, clock }: RecordsTools,
): PersonEraser {
  return {
    store,
    erase: async ({ app }, person, after) => {
      const mask = new PersonMask(person, { devices: devices === true, pseudonym: (name) => keys.pseudonym(app, name) });
      const cleared = await records.clear({ name: store, ...how }, { app, externalId: person.externalId, mask, after });
      return keptMs === undefined ? cleared : { ...cleared, retainedUntil: clock.now() + keptMs };
    },
  };
}

export interface RegistryParts {
  readonly eraseUser: EraseUser;
  readonly aliases: AliasRepository;
  readonly behaviour: BehaviourRepository;
  readonly engagements: EngagementRepository;
  readonly marks: FrequencyMarks;
  readonly ledger: TokenLedger;
  readonly keys: ErasureKeys;
  readonly clock: Clock;
}

const dayMs = 86_400_000;
/** Tombstones keep the revisions of deleted devices. */
const tombstoneMs = 7 * dayMs;

/** The erasers of what the registry itself keeps. */
export function registryErasers({
  eraseUser,
  aliases,
  behaviour,
  engagements,
  marks,
  ledger,
  keys,
  clock,
}: RegistryParts): readonly PersonEraser[] {
  const ofEach = async ({ userIds }: ErasedPerson, work: (userId: string) => Promise<number>) => {
    let removed = 0;
    for (const userId of userIds) removed += await work(userId);
    return { removed, after: null };
  };
  return [
    { store: 'users', erase: async ({ app }, person) => ({ removed: await eraseUser.removeUsers(app, person), after: null }) },
    { store: 'user_aliases', erase: ({ app }, person) => ofEach(person, (userId) => aliases.removeOf(app, userId)) },
    { store: 'user_events', erase: ({ app }, person) => ofEach(person, (userId) => behaviour.removeOf(app, userId)) },
    { store: 'user_engagements', erase: ({ app }, person) => ofEach(person, (userId) => engagements.removeOf(app, userId)) },
    {
      store: 'frequency_marks',
      erase: async ({ app }, { userIds, installationIds }) => ({
        removed: await marks.remove([
          ...userIds.map((userId) => personKey(app, userId)),
          ...installationIds.map((installationId) => deviceKey(app, installationId)),
        ]),
        after: null,
      }),
    },
    {
      store: 'installations',
      erase: async ({ app }, person) => ({
        removed: await eraseUser.removeDevices(app, person),
        after: null,
        retainedUntil: clock.now() + tombstoneMs,
      }),
    },
    {
      store: 'token_ledger',
      erase: ({ app }, person) => ofEach(person, (userId) => ledger.forget({ app, userId, pseudonym: keys.pseudonym(app, userId) })),
    },
  ];
}
