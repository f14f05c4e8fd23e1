import type { MongoCollection } from '#libs/storage';
import { pageCollection } from './plan/page-document.ts';
import { sliceCollection } from './plan/slice-document.ts';
import { sendCollection } from './send/send-document.ts';
import { sendTargetsCollection } from './send/send-targets-document.ts';

/** The collections of sends and their plans. */
export const sendsCollections: readonly MongoCollection[] = [sendCollection, sendTargetsCollection, sliceCollection, pageCollection];
