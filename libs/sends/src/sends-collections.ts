import type { MongoCollection } from '#libs/storage';
import { pageCollection } from './page/page.mongo.ts';
import { sendCollection } from './send/send.mongo.ts';
import { sliceCollection } from './slice/slice.mongo.ts';
import { sendTargetsCollection } from './send/send-targets-document.ts';

/** The collections of sends and their plans. */
export const sendsCollections: readonly MongoCollection[] = [sendCollection, sendTargetsCollection, sliceCollection, pageCollection];
