import type { Clock, ErasureKeys } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import {
  CarryOutErasures,
  recordsEraser,
  registryErasers,
  type AliasRepository,
  type BehaviourRepository,
  type EngagementRepository,
  type EraseUser,
  type ErasureRepository,
  type FrequencyMarks,
  type PersonalRecords,
  type TokenLedger,
} from '#libs/registry';

/** Clears users and what hangs on them, answers that are kept for repeats, and says until when topics keep their events. */
export class IdentityErasures extends CarryOutErasures {
  constructor(
    eraseUser: EraseUser,
    aliases: AliasRepository,
    behaviour: BehaviourRepository,
    engagements: EngagementRepository,
    marks: FrequencyMarks,
    ledger: TokenLedger,
    records: PersonalRecords,
    erasures: ErasureRepository,
    keys: ErasureKeys,
    events: EventPublisher,
    clock: Clock,
    logKeptMs: number,
  ) {
    const tools = { records, keys, clock };
    const erasers = [
      ...registryErasers({ eraseUser, aliases, behaviour, engagements, marks, ledger, keys, clock }),
      recordsEraser('user_operations', { change: 'rewrite' }, tools),
      recordsEraser('idempotency', { change: 'rewrite' }, tools),
      { store: 'log' as const, erase: async () => ({ removed: 0, after: null, retainedUntil: clock.now() + logKeptMs }) },
    ];
    super('identity', erasers, erasures, keys, events, clock);
  }
}
