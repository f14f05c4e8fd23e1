import { withSpareFields } from '#libs/api';
import { PROVIDERS, type ProviderName } from '#libs/kernel';
import { PLATFORMS } from '#libs/registry';
import {
  attributeValueField,
  newExternalIdField,
  bundleIdProblem,
  tokenForm,
  type TokenProblem,
  type WebPushToken,
} from '#libs/registry-http';
import { z } from 'zod';
import { installationFields, sessionFields, spareFields } from './installation-fields.ts';
import { templateProblems } from './template-problems.ts';

/** What is wrong with the token of a body that may have other problems too; nothing where either half cannot be judged. */
function tokenProblems(body: unknown): readonly TokenProblem[] {
  if (typeof body !== 'object' || body === null) return [];
  const { provider, token } = body as { provider?: unknown; token?: unknown };
  if (!isProvider(provider) || !isToken(token)) return [];
  return tokenForm(provider, token).problems ?? [];
}

/** Adds the problems of token, bundle id and templates, which depend on the provider, to those of the other fields, so that one answer names them all. */
export function checkAddress(body: unknown, context: z.RefinementCtx): void {
  for (const { pointer, message } of tokenProblems(body)) {
    context.addIssue({ code: 'custom', path: ['token', ...pointer.split('/').slice(1)], message });
  }
  const { provider, bundleId, templates } = (body ?? {}) as { provider?: unknown; bundleId?: unknown; templates?: unknown };
  const problem = isProvider(provider) && typeof bundleId === 'string' ? bundleIdProblem(provider, bundleId) : undefined;
  if (problem !== undefined) context.addIssue({ code: 'custom', path: ['bundleId'], message: problem });
  if (!isProvider(provider)) return;
  for (const { path, message } of templateProblems(provider, templates)) context.addIssue({ code: 'custom', path: [...path], message });
}

/** Refinements run even when other fields have problems: what they look at may be anything. */
export const evenWithProblems = { when: () => true };

function isProvider(value: unknown): value is ProviderName {
  return PROVIDERS.some((provider) => provider === value);
}

function isToken(value: unknown): value is string | WebPushToken {
  if (typeof value === 'string') return value !== '';
  if (typeof value !== 'object' || value === null || !('endpoint' in value) || !('keys' in value)) return false;
  const { endpoint, keys } = value;
  if (typeof endpoint !== 'string' || typeof keys !== 'object' || keys === null || !('p256dh' in keys) || !('auth' in keys)) return false;
  const ownKey = (value as { applicationServerKey?: unknown }).applicationServerKey;
  return typeof keys.p256dh === 'string' && typeof keys.auth === 'string' && (ownKey === undefined || typeof ownKey === 'string');
}

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
