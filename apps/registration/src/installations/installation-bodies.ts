import { withSpareFields } from '#libs/api';
import { attributeValueField, newExternalIdField } from '#libs/registry-http';
import { PROVIDERS } from '#libs/kernel';
import { PLATFORMS } from '#libs/registry';
import { z } from 'zod';
import { installationFields, sessionFields, spareFields } from './installation-fields.ts';
import { checkAddress, evenWithProblems } from './token-problems.ts';

const example = {
  platform: 'ios',
  provider: 'apns',
  environment: 'production',
  bundleId: 'app.demo',
  token: '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad',
  permission: 'granted',
  notificationsEnabled: true,
  tags: ['news'],
  attributes: { plan: 'gold' },
  appVersion: '4.2.0',
  osVersion: '26.1',
  model: 'iPhone18,1',
  locale: 'fr-FR',
  timeZone: 'Europe/Paris',
};

/** `PUT …/installations/{id}`: absent = unchanged, `null` = cleared. */
export const registerBody = withSpareFields(
  z
    .strictObject({
      ...installationFields,
      externalId: z
        .exactOptional(newExternalIdField.nullable())
        .meta({ description: 'Whose installation it is; `null` detaches the user.' }),
    })
    .superRefine(checkAddress, evenWithProblems)
    .meta({ id: 'InstallationRegistration', examples: [example] }),
  spareFields,
);

export type RegisterBody = z.output<typeof registerBody>;

/** `POST …/installations/{id}/sessions`: all of it may be absent. */
export const sessionBody = withSpareFields(
  z
    .strictObject(sessionFields)
    .prefault({})
    .meta({ id: 'SessionStart', examples: [{ token: example.token, notificationsEnabled: true }] }),
  spareFields,
);

export type SessionBody = z.output<typeof sessionBody>;

/** JSON Merge Patch (RFC 7396): `null` takes a field or an attribute away; a location comes whole. The user changes through `PUT …/user`. */
export const mergePatchBody = z
  .strictObject({
    ...installationFields,
    attributes: z.exactOptional(z.record(z.string(), attributeValueField.nullable()).nullable()),
  })
  .meta({ id: 'InstallationPatch', examples: [{ tags: ['news', 'beta'], attributes: { plan: null, visits: 3 }, locale: 'pt-BR' }] });

/** What a patched installation must look like. */
export const patchedInstallation = z
  .strictObject({ ...installationFields, platform: z.enum(PLATFORMS), provider: z.enum(PROVIDERS) })
  .superRefine(checkAddress, evenWithProblems);

export type PatchedInstallation = z.output<typeof patchedInstallation>;
