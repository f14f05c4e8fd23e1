import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import { Schema } from 'mongoose';
import type { App } from './app.ts';

export interface AppDocument extends OutboxDocument, Omit<App, 'id'> {}

export const appCollection = mongoCollection<AppDocument>(
  'apps',
  {
    ...{ name: String, sdkAuth: String, sdkKeys: [Schema.Types.Mixed], settings: Schema.Types.Mixed, simulatedOnly: Boolean },
    ...{ createdAt: Number, revision: Number, deletedAt: Number },
    ...outboxFields,
  },
  [outboxIndex],
);
