import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import { mongoSchemaOf, type ImportStamp, type Stored } from '../mongo-document.ts';
import { userTable, type User } from './user.ts';

/** What is null in a user is absent here: sparse indexes hold only what is there. */
export type UserDocument = OutboxDocument &
  Stored<User> & {
    /** `app:userId` */
    readonly _id: string;
    /** `app:externalId` */
    readonly externalKey?: string;
    readonly imported?: ImportStamp;
  };

export const usersCollection = mongoCollection<UserDocument>(
  'users',
  { ...mongoSchemaOf(userTable), externalKey: String, imported: Object, ...outboxFields },
  [{ fields: { externalKey: 1 }, unique: true, sparse: true }, { fields: { mergedInto: 1 }, sparse: true }, outboxIndex],
);
