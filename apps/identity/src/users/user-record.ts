import { checkPrecondition, etagOf, pinsRevision, type Precondition } from '#libs/api';
import { PROVIDERS, isoTime } from '#libs/kernel';
import {
  PERMISSIONS,
  PLATFORMS,
  SUBSCRIPTIONS,
  nestedAttributes,
  pushRegisteredFor,
  type Alias,
  type FoundUser,
  type Installation,
  type User,
} from '#libs/registry';
import {
  aliasField,
  attributeChangesField,
  externalIdField,
  ignoredFields,
  newExternalIdField,
  shownLocale,
  tagChangeBody,
  tagsField,
  userAttributesField,
} from '#libs/registry-http';
import { hash } from 'node:crypto';
import { z } from 'zod';

const installationOfUser = z
  .object({
    id: z.string(),
    platform: z.enum(PLATFORMS),
    provider: z.enum(PROVIDERS),
    pushRegisteredFor: z.string().meta({ description: '`Foreground: <app>`, `Background: <app>`, or `--` without a token.' }),
    notificationsEnabled: z.boolean(),
    permission: z.enum(PERMISSIONS),
    userVerified: z.boolean().meta({ description: 'The user was named by a signed token or by a server key.' }),
    tokenFingerprint: z.string().optional(),
    locale: z.string().nullable(),
    lastSeenAt: z.iso.datetime(),
  })
  .meta({ id: 'InstallationOfUser' });

const facts = {
  externalId: z.string(),
  subscription: z.enum(SUBSCRIPTIONS),
  tags: tagsField,
  attributes: userAttributesField,
};

/** A person with the installations that are theirs. */
export const userRecord = z
  .object({
    userId: z.string(),
    ...facts,
    aliases: z.array(aliasField).meta({ description: 'Other names of the person.' }),
    subscriptionChangedAt: z.iso.datetime(),
    createdAt: z.iso.datetime(),
    revision: z.int(),
    installations: z.array(installationOfUser),
  })
  .meta({ id: 'User' });

/** What an sdk key is told after a change: nothing that the app keeps for its servers, and nothing of other devices. */
export const ownUserRecord = z.object({ ...facts, ignoredFields }).meta({ id: 'OwnUser' });

/** The owner of an installation as a change answers it: an sdk key sees what it may write. */
export const ownerRecord = z
  .object({ ...facts, externalId: z.string().nullable().meta({ description: 'null: the owner is anonymous.' }), ignoredFields })
  .meta({ id: 'Owner' });

/** `PATCH …/installations/{id}/user` */
export const ownerPatchBody = z
  .strictObject({
    subscription: z.exactOptional(z.enum(SUBSCRIPTIONS)),
    attributes: z.exactOptional(attributeChangesField.nullable()),
    tags: z.exactOptional(tagChangeBody),
  })
  .meta({
    id: 'OwnerPatch',
    examples: [{ subscription: 'opted_in', attributes: { theme: 'dark' }, tags: { add: ['pref_news'], remove: [] } }],
  });
export type OwnerPatch = z.output<typeof ownerPatchBody>;

/** What a change answers: to a server key all of it, to an sdk key its own part. */
export const patchedUser = z.union([userRecord, ownUserRecord]).meta({ id: 'PatchedUser' });

export const userExample: z.output<typeof userRecord> = {
  userId: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  externalId: 'charlie',
  subscription: 'subscribed',
  tags: ['vip'],
  attributes: { plan: 'gold' },
  aliases: [{ label: 'crm', name: 'C-1017' }],
  subscriptionChangedAt: '2026-11-22T09:30:00.000Z',
  createdAt: '2026-11-22T09:30:00.000Z',
  revision: 2,
  installations: [
    {
      id: 'phone-1',
      platform: 'ios',
      provider: 'apns',
      pushRegisteredFor: 'Foreground: demo',
      notificationsEnabled: true,
      permission: 'granted',
      userVerified: true,
      tokenFingerprint: '9f86d081884c7d659a2feaa0c55ad015',
      locale: 'fr-FR',
      lastSeenAt: '2026-11-22T09:30:00.000Z',
    },
  ],
};

export function userRecordOf({ user, installations }: FoundUser, aliases: readonly Alias[]): z.output<typeof userRecord> {
  return {
    userId: user.userId,
    externalId: user.externalId ?? '',
    subscription: user.subscription,
    tags: [...user.tags],
    attributes: nestedAttributes(user.attributes),
    aliases: [...aliases],
    subscriptionChangedAt: isoTime(user.subscriptionChangedAt),
    createdAt: isoTime(user.createdAt),
    revision: user.revision,
    installations: installations.map(installationOfUserOf),
  };
}

function installationOfUserOf(installation: Installation): z.output<typeof installationOfUser> {
  const { id, platform, provider, notificationsEnabled, permission, userVerified, tokenFingerprint, locale, lastSeenAt } = installation;
  return {
    id,
    platform,
    provider,
    pushRegisteredFor: pushRegisteredFor(installation),
    notificationsEnabled,
    permission,
    userVerified,
    ...(tokenFingerprint !== null && { tokenFingerprint }),
    locale: shownLocale(locale),
    lastSeenAt: isoTime(lastSeenAt),
  };
}

/** `PUT …/installations/{id}/user`. */
export const changeUserBody = z
  .strictObject({ externalId: newExternalIdField })
  .meta({ id: 'UserChange', examples: [{ externalId: 'kim' }] });

/** `POST …/users/lookup`: an id that nobody can have is that of an unknown user. */
export const externalIdBody = z.strictObject({ externalId: externalIdField }).meta({ id: 'ExternalId', examples: [{ externalId: 'kim' }] });

export type ExternalIdBody = z.output<typeof externalIdBody>;

/**
 * The strong tag of a user as it is answered with its installations: `"<revision>-<hash of the answer>"`. They change without it, so that its revision alone would
 * tell a reader that nothing has. Writes compare the revision, and take the tag with it alone (`"7"`) as well.
 */
export function userEtagOf(answer: { readonly revision: number }): string {
  return etagOf(answer.revision).replace(/"$/, `-${hash('sha1', JSON.stringify(answer), 'base64url')}"`);
}

/** Throws RevisionMismatch unless the user is as expected; answers the revision that the write compares once more, null for no user. */
export function checkedUser(expected: Precondition | undefined, user: User | undefined): { readonly expectedRevision?: number | null } {
  checkPrecondition(expected && { ...only('match', expected), ...only('noneMatch', expected) }, user?.revision);
  return pinsRevision(expected) ? { expectedRevision: user?.revision ?? null } : {};
}

function only(side: 'match' | 'noneMatch', { [side]: tags }: Precondition): Precondition {
  if (tags === undefined) return {};
  return { [side]: tags === 'any' ? tags : tags.map((tag) => tag.replace(/^((?:W\/)?"\d+)-[\w-]{27}"$/, '$1"')) };
}
