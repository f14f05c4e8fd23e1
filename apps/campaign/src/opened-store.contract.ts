import { sendsCollections, sendsMigrations } from '#libs/sends';
import { openedMongo, openedSqlite } from '#libs/testing/store';
import { campaignCollection } from './mongo-adapters.ts';
import { scheduledSendCollections } from './send/mongo-scheduled-sends.ts';
import { scheduledSendMigrations } from './send/sqlite-scheduled-sends.ts';
import { documentMigrations } from './sqlite-adapters.ts';

export const openStore = () => openedSqlite([...sendsMigrations, ...documentMigrations, ...scheduledSendMigrations]);

export const mongoStores = (uri: string) => openedMongo(uri, [...sendsCollections, campaignCollection, ...scheduledSendCollections]);
