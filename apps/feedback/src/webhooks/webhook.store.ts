import type { Delivery, DeliveryState, DisablementReason, Webhook } from './webhook.ts';

/** Whose webhook it is. */
export type WebhookPlace = Pick<Webhook, 'app' | 'name'>;

export interface DisabledWebhooks {
  readonly app: string;
  readonly reason: DisablementReason;
  readonly webhooks: number;
}

/** Where a list of deliveries goes on. */
export interface DeliveryPosition {
  readonly createdAt: number;
  readonly id: string;
}

/** Webhooks and what is on its way to them. All calls may throw DependencyUnavailable. */
export abstract class WebhookStore {
  abstract find(place: WebhookPlace): Promise<Webhook | undefined>;
  /** By name. */
  abstract list(app: string): Promise<readonly Webhook[]>;
  /** Of all apps, those that are enabled; at most 10,000. */
  abstract enabled(): Promise<readonly Webhook[]>;
  /** How many of each app we disabled; those that their owners disabled are not counted. */
  abstract disabled(): Promise<readonly DisabledWebhooks[]>;
  /** Revision 1 is an insert. Throws StaleRevision. */
  abstract save(webhook: Webhook): Promise<void>;
  /** With all its deliveries. */
  abstract remove(place: WebhookPlace): Promise<void>;

  /** Stores deliveries whose ids are not there yet; says nothing of the others. At most 1,000. */
  abstract add(deliveries: readonly Delivery[]): Promise<void>;
  /** Those of one webhook whose time has come, longest due first. */
  abstract due(place: WebhookPlace, now: number, limit: number): Promise<readonly Delivery[]>;
  /** Takes a delivery for as long as an attempt may last: false where another has it, or it is gone. */
  abstract claim(delivery: Delivery, until: number): Promise<boolean>;
  /** Stores how a claimed delivery stands now; does nothing where it was removed. */
  abstract record(delivery: Delivery): Promise<void>;
  abstract deliveries(
    place: WebhookPlace,
    state: DeliveryState | undefined,
    limit: number,
    after?: DeliveryPosition,
  ): Promise<readonly Delivery[]>;
  /** Makes what failed since `since` due at `now`, with a life of its own from there on; answers how many. */
  abstract replay(place: WebhookPlace, since: number, now: number): Promise<number>;
  /** Deliveries made before `before` go; at most `limit`. Answers how many went. */
  abstract dropOlder(before: number, limit: number): Promise<number>;
}

export const MAX_ENABLED = 10_000;
