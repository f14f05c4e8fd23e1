import { attributes, instant, number, oneOf, text, texts } from './field-kinds.ts';
import { known, nullable } from './field-table.ts';
import { SUBSCRIPTIONS } from './installation-values.ts';

/** Every field of a user, once; what `installationTable` is for installations. */
export const userTable = {
  app: known(text, { column: 'app', ownField: true }),
  userId: known(text, { column: 'user_id', ownField: true, shown: true }),
  /** The app's id of the person; null while anonymous. Unique in the app. */
  externalId: nullable(text, { column: 'external_id', ownField: true, shown: true }),
  revision: known(number, { column: 'revision', ownField: true }),
  subscription: known(oneOf(SUBSCRIPTIONS), { column: 'subscription', ownField: true, shown: true }),
  subscriptionChangedAt: known(instant, { column: 'subscription_changed_at', ownField: true }),
  tags: known(texts, { column: 'tags', ownField: true, shown: true }),
  attributes: known(attributes, { column: 'attributes', ownField: true, shown: true }),
  createdAt: known(instant, { column: 'created_at', ownField: true }),
  /** Set once and for ever when this user turned out to be another one; look-ups follow it. */
  mergedInto: nullable(text, { column: 'merged_into', ownField: true }),
} as const;
