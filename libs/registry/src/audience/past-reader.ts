import type { BehaviourRepository } from '../behaviour/behaviour.repository.ts';
import type { UserEvents } from '../behaviour/behaviour.ts';
import type { EngagementRepository } from '../engagement/engagement.repository.ts';
import type { UserEngagements } from '../engagement/engagement.ts';
import type { AskedPast } from './filter.ts';

/** What filters ask for of one user. */
export interface UserPast {
  readonly events?: UserEvents;
  readonly engagements?: UserEngagements;
}

const nobody: ReadonlyMap<string, UserPast> = new Map();

export function asksNothing({ events, engagements }: AskedPast): boolean {
  return events.length === 0 && engagements.length === 0;
}

/** Reads pasts of at most 1,000 users from where they are summed: a query for each of the two, and none for what is not asked. */
export class PastReader {
  constructor(
    private readonly behaviour: BehaviourRepository,
    private readonly engagements: EngagementRepository,
  ) {}

  async ofUsers(app: string, userIds: readonly string[], asked: AskedPast): Promise<ReadonlyMap<string, UserPast>> {
    if (asksNothing(asked) || userIds.length === 0) return nobody;
    const [events, engagements] = await Promise.all([
      asked.events.length > 0 ? this.behaviour.ofUsers(app, userIds, asked.events) : undefined,
      asked.engagements.length > 0 ? this.engagements.ofUsers(app, userIds, asked.engagements) : undefined,
    ]);
    const found = new Map<string, UserPast>();
    for (const [userId, of] of events ?? []) found.set(userId, { events: of });
    for (const [userId, of] of engagements ?? []) found.set(userId, { ...found.get(userId), engagements: of });
    return found;
  }
}
