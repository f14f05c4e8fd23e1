import { fieldErrors, instantText, type FieldError } from '#libs/api';
import { PushToken, parseInstant, type ProviderName } from '#libs/kernel';
import { SUBSCRIPTIONS, type ImportedItem, type InstallationFields, type Platform } from '#libs/registry';
import { attributesField, newExternalIdField, newIdField, tagsField, tokenForm } from '#libs/registry-http';
import { z } from 'zod';
import { checkAddress, evenWithProblems } from '../installations/installation-bodies.ts';
import { installationFields } from '../installations/installation-fields.ts';

const userFields = z.strictObject({
  subscription: z.exactOptional(z.enum(SUBSCRIPTIONS)),
  tags: z.exactOptional(tagsField),
  attributes: z.exactOptional(attributesField),
});

/** One device, one person, or both; what an import takes in the end, whatever it came as. */
const importRow = z
  .strictObject({
    installationId: z.exactOptional(newIdField),
    externalId: z.exactOptional(newExternalIdField.nullable()),
    ...installationFields,
    firstSeenAt: z.exactOptional(instantText),
    lastSeenAt: z.exactOptional(instantText),
    user: z.exactOptional(userFields),
  })
  .superRefine((row, context) => {
    const isDevice = 'token' in row || 'platform' in row || 'installationId' in row;
    if (!isDevice && typeof row.externalId !== 'string') {
      context.addIssue({ code: 'custom', message: 'Names neither a device (token and platform) nor a person (externalId)' });
    }
    if (isDevice && row.platform === undefined) context.addIssue({ code: 'custom', path: ['platform'], message: 'A device has a platform' });
    if (isDevice && row.installationId === undefined && row.token == null) {
      context.addIssue({ code: 'custom', path: ['token'], message: 'A device without an installationId has a token' });
    }
    if (row.user !== undefined && typeof row.externalId !== 'string') {
      context.addIssue({ code: 'custom', path: ['user'], message: 'Needs the externalId of the person' });
    }
  })
  .superRefine(checkAddress, evenWithProblems)
  .meta({
    id: 'ImportRow',
    examples: [
      { installationId: 'phone-1', externalId: 'charlie', platform: 'ios', token: '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad' },
    ],
  }); // prettier-ignore

export type Row = z.input<typeof importRow>;

/** The provider of a platform's devices where a row names none. */
const usualProvider: Readonly<Record<Platform, ProviderName>> = {
  ios: 'apns', ipados: 'apns', macos: 'apns', tvos: 'apns', watchos: 'apns', visionos: 'apns', android: 'fcm', windows: 'wns', web: 'webpush',
  fireos: 'adm', kindle: 'adm', harmonyos: 'hms',
}; // prettier-ignore

/** A row as the registry takes it, or what is wrong with it. */
export function readRow(row: unknown, ref: string): { readonly item: ImportedItem } | { readonly errors: readonly FieldError[] } {
  const parsed = importRow.safeParse(withProvider(row));
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues, importRow) };
  const { installationId = null, externalId = null, token, firstSeenAt, lastSeenAt, user = {}, expiresAt, ...rest } = parsed.data;
  const { platform, provider } = rest;
  if (platform === undefined || provider === undefined) return { item: { ref, externalId, user, device: null } };
  const shown = token == null ? null : new PushToken(tokenForm(provider, token).text ?? '');
  const fields: InstallationFields = {
    ...rest,
    ...(expiresAt !== undefined && { expiresAt: instantOf(expiresAt) }),
    ...(shown !== null && isSilent(rest) && { notificationsEnabled: true }),
  };
  const device = { id: installationId, fields, token: shown, firstSeenAt: instantOf(firstSeenAt), lastSeenAt: instantOf(lastSeenAt) };
  return { item: { ref, externalId, user, device } };
}

/** Another system sent to this token: it may show notifications unless the file says otherwise. */
function isSilent({ permission, notificationsEnabled }: InstallationFields): boolean {
  return permission === undefined && notificationsEnabled === undefined;
}

function withProvider(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row) || 'provider' in row || !('platform' in row)) return row;
  const provider = usualProvider[row.platform as Platform] as ProviderName | undefined;
  return provider === undefined ? row : { ...row, provider };
}

function instantOf(text: string | null | undefined): number | null {
  return text == null ? null : (parseInstant(text) ?? null);
}
