import { openedMongo, openedSqlite } from '#libs/testing/store';
import {
  attemptCollections,
  receiptCollections,
  receiptMigrations,
  resultCollections,
  resultMigrations,
  sendsCollections,
  sendsMigrations,
} from '../src/index.ts';

export const openStore = () => openedSqlite([...sendsMigrations, ...resultMigrations, ...receiptMigrations]);

export const mongoStores = (uri: string) =>
  openedMongo(uri, [...sendsCollections, ...attemptCollections, ...resultCollections, ...receiptCollections]);
