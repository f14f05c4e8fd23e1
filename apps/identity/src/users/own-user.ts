import { sdkMayWrite, type SdkWritable } from '#libs/access';
import type { User } from '#libs/registry';
import type { attributesField } from '#libs/registry-http';
import type { z } from 'zod';
import type { ownUserRecord } from './user-record.ts';

/** The part of a user that an sdk key may write, and so may see. */
export function ownUserOf(user: User, writable: readonly SdkWritable[]): z.output<typeof ownUserRecord> {
  const attributes = Object.entries(user.attributes).filter(([name]) => sdkMayWrite(writable, 'user.attributes', name));
  return {
    externalId: user.externalId ?? '',
    subscription: user.subscription,
    tags: user.tags.filter((tag) => sdkMayWrite(writable, 'user.tags', tag)),
    attributes: Object.fromEntries(attributes) as z.output<typeof attributesField>,
  };
}
