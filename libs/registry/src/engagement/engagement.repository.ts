import type { AskedEngagement, EngagementOfDevice, UserEngagements } from './engagement.ts';

/**
 * What people received and opened, by campaign: the last time of each, so that telling it again changes nothing. At most 100 campaigns of a person and kind
 * are kept, the latest. All calls may throw DependencyUnavailable.
 */
export abstract class EngagementRepository {
  /** Notes at most 1,000 for whoever owns the installations now; those that are not there are passed over. */
  abstract note(app: string, engagements: readonly EngagementOfDevice[]): Promise<void>;
  abstract ofUser(app: string, userId: string): Promise<UserEngagements>;
  /** Of each of at most 1,000 users what is asked for; users without any are left out. */
  abstract ofUsers(
    app: string,
    userIds: readonly string[],
    asked: readonly AskedEngagement[],
  ): Promise<ReadonlyMap<string, UserEngagements>>;
  /** What one user did becomes another's. Safe to repeat. */
  abstract move(app: string, fromUserId: string, toUserId: string): Promise<void>;
  /** Answers how many campaigns went. */
  abstract removeOf(app: string, userId: string): Promise<number>;
}
