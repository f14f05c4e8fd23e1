import { registryCollections } from '#libs/registry';
import { resultCollections, resultMigrations, sendsCollections, sendsMigrations } from '#libs/sends';
import { openedMongo, openedSqlite } from '#libs/testing/store';
import { campaignRunCollection } from './campaigns/mongo-campaign-runs.ts';
import { campaignRunMigrations } from './campaigns/sqlite-campaign-runs.ts';
import { waitingTriggerCollections } from './launching/mongo-waiting-triggers.ts';
import { waitingTriggerMigrations } from './launching/sqlite-waiting-triggers.ts';
import { campaignCollection } from './mongo-adapters.ts';
import { scheduledSendCollections } from './send/mongo-scheduled-sends.ts';
import { scheduledSendMigrations } from './send/sqlite-scheduled-sends.ts';
import { documentMigrations } from './sqlite-adapters.ts';

export const openStore = () =>
  openedSqlite([
    ...sendsMigrations,
    ...resultMigrations,
    ...documentMigrations,
    ...scheduledSendMigrations,
    ...campaignRunMigrations,
    ...waitingTriggerMigrations,
  ]);

export const mongoStores = (uri: string) =>
  openedMongo(uri, [
    ...sendsCollections,
    ...registryCollections,
    ...resultCollections,
    campaignCollection,
    ...scheduledSendCollections,
    campaignRunCollection,
    ...waitingTriggerCollections,
  ]);
