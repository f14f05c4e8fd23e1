import {
  installationPermissionChangedV1, installationRegisteredV1, installationRemovedV1, installationTokenChangedV1, installationUserChangedV1,
  userMergedV1, userSubscriptionChangedV1, type EventContract, type EventEnvelope,
} from '#libs/events'; // prettier-ignore
import type { z } from 'zod';

/** What a listener outside knows of an installation. */
export interface ReplayedInstallation {
  readonly userId: string;
  /** Null without a token: facts tell the provider of tokens. */
  readonly provider: string | null;
  readonly fingerprint: string | null;
  readonly permission: string;
  readonly notificationsEnabled: boolean;
}

/** An empty model that facts are told to, each once by its id, those of one key in their order: what a listener outside makes of the stream. */
export class ReplayedActivity {
  readonly #seen = new Set<string>();
  readonly #installations = new Map<string, ReplayedInstallation>();
  readonly #mergedInto = new Map<string, string>();
  readonly #subscriptions = new Map<string, { readonly revision: number; readonly subscription: string }>();

  tell(fact: EventEnvelope): void {
    if (this.#seen.has(fact.id)) return;
    this.#seen.add(fact.id);
    const registered = dataOf(installationRegisteredV1, fact);
    if (registered) {
      const { userId, provider, fingerprint = null, permission = '', notificationsEnabled = false } = registered;
      this.#installations.set(registered.installationId, { userId, provider, fingerprint, permission, notificationsEnabled });
    }
    const token = dataOf(installationTokenChangedV1, fact);
    if (token) this.#change(token.installationId, { provider: token.provider, fingerprint: token.fingerprint });
    const permission = dataOf(installationPermissionChangedV1, fact);
    if (permission) {
      const { notificationsEnabled } = permission;
      this.#change(permission.installationId, { permission: permission.permission, notificationsEnabled });
    }
    const owner = dataOf(installationUserChangedV1, fact);
    if (owner) this.#change(owner.installationId, { userId: owner.userId });
    const removed = dataOf(installationRemovedV1, fact);
    if (removed) this.#installations.delete(removed.installationId);
    const merged = dataOf(userMergedV1, fact);
    if (merged) this.#mergedInto.set(merged.userId, merged.intoUserId);
    const subscription = dataOf(userSubscriptionChangedV1, fact);
    if (subscription && subscription.revision > (this.#subscriptions.get(subscription.userId)?.revision ?? 0))
      this.#subscriptions.set(subscription.userId, subscription);
  }

  /** Living installations by id; who was merged is who stays. */
  installations(): Readonly<Record<string, ReplayedInstallation>> {
    return Object.fromEntries(
      [...this.#installations].map(([id, one]) => [
        id,
        { ...one, provider: one.fingerprint === null ? null : one.provider, userId: this.#ofNow(one.userId) },
      ]),
    );
  }

  /** Of a user that stays; one of whom nothing was told is as new users are. */
  subscriptionOf(userId: string): string {
    return this.#subscriptions.get(userId)?.subscription ?? 'subscribed';
  }

  #change(id: string, patch: Partial<ReplayedInstallation>): void {
    const known = this.#installations.get(id);
    if (known) this.#installations.set(id, { ...known, ...patch });
  }

  #ofNow(userId: string): string {
    const into = this.#mergedInto.get(userId);
    return into === undefined ? userId : this.#ofNow(into);
  }
}

function dataOf<S extends z.ZodType>({ type, data }: EventContract<S>, fact: EventEnvelope): z.output<S> | undefined {
  return fact.type === type ? data.parse(fact.data) : undefined;
}
