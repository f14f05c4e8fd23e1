import { type App, sdkMayWrite, type SdkWritable } from '#libs/access';
import { PushError } from '#libs/kernel';
import { nestedAttributes, type User } from '#libs/registry';
import type { Caller, InstallationGuard } from '#libs/registry-http';
import type { z } from 'zod';
import type { ownUserRecord } from './user-record.ts';

/** An sdk key spoke of a user that its installation does not belong to. */
export class UserNotOwn extends PushError {
  readonly code = 'user_not_own';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('An sdk key may speak only for the user of its installation, which X-Installation-Id and X-Installation-Secret name', options);
  }
}

/** Lets an sdk key at the user that owns its proven installation, and at no other. */
export class OwnUserGuard {
  constructor(private readonly guard: InstallationGuard) {}

  /** Throws UserNotOwn, InstallationSecretInvalid, UserTokenRefused. */
  async check(app: App, externalId: string, caller: Caller): Promise<void> {
    if (caller.kind === 'server') return;
    if (caller.installationId === undefined) throw new UserNotOwn();
    const installation = await this.guard.installationFor(app, caller.installationId, caller);
    if (installation.externalId !== externalId) throw new UserNotOwn();
  }
}

/** The part of a user that an sdk key may write, and so may see. */
export function ownUserOf(user: User, writable: readonly SdkWritable[]): z.output<typeof ownUserRecord> {
  const { tags, attributes } = ownPartOf(user, writable);
  return { externalId: user.externalId ?? '', subscription: user.subscription, tags, attributes };
}

/** Of tags and attributes, what an sdk key may write. */
export function ownPartOf(user: User, writable: readonly SdkWritable[]): Pick<z.output<typeof ownUserRecord>, 'tags' | 'attributes'> {
  const attributes = Object.entries(user.attributes).filter(([name]) => sdkMayWrite(writable, 'user.attributes', name));
  return {
    tags: user.tags.filter((tag) => sdkMayWrite(writable, 'user.tags', tag)),
    attributes: nestedAttributes(Object.fromEntries(attributes)),
  };
}
