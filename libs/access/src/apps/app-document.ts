import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import type { App } from './app.ts';

export interface AppDocument extends OutboxDocument, Omit<App, 'id'> {}

export const appCollection = mongoCollection<AppDocument>(
  'apps',
  {
    ...{ name: String, sdkAuth: String, sdkKeys: [Object], settings: Object, simulatedOnly: Boolean },
    ...{ createdAt: Number, revision: Number, deletedAt: Number },
    ...outboxFields,
  },
  [outboxIndex],
);
