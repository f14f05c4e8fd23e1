import type { AppSettings } from '#libs/access';
import { RequestInvalid, pointerTo } from '#libs/api';
import { parseInstant, PushToken, type ProviderName } from '#libs/kernel';
import type { InstallationFields, Installation } from '#libs/registry';
import {
  bundleIdProblem,
  tokenForm,
  type WebPushToken,
  attributesBySdk,
  attributesWishedBySdk,
  tagsBySdk,
  tagsWishedBySdk,
  type WrittenBySdk,
} from '#libs/registry-http';
import type { PatchedInstallation, RegisterBody } from './installation-bodies.ts';
import { templateProblems } from './template-problems.ts';

type Body = Partial<Omit<RegisterBody, 'externalId'>> & Partial<PatchedInstallation>;

/** What a body says about the installation itself, in the platform's own terms. */
export function fieldsOf(body: Body): InstallationFields {
  const { token: _token, expiresAt, ...fields } = body;
  if (expiresAt === undefined) return fields;
  return { ...fields, expiresAt: expiresAt === null ? null : (parseInstant(expiresAt) ?? null) };
}

/** The token as it is stored. Throws RequestInvalid where it cannot be one of the provider. */
export function pushTokenOf(provider: ProviderName, token: string | WebPushToken): PushToken {
  const { text, problems } = tokenForm(provider, token);
  if (problems) throw new RequestInvalid(problems.map(({ pointer, message }) => ({ pointer: `/token${pointer}`, message })));
  return new PushToken(text);
}

/** Throws RequestInvalid for a bundle id that no installation of the provider can have. */
export function checkBundleId(provider: ProviderName | undefined, bundleId: string | null | undefined): void {
  if (provider === undefined || typeof bundleId !== 'string') return;
  const problem = bundleIdProblem(provider, bundleId);
  if (problem !== undefined) throw new RequestInvalid([{ pointer: '/bundleId', message: problem }]);
}

/**
 * A body that does not say whose templates it has, judged by the provider that is stored: of an app's own call bad ones are left out, like any field that
 * does not hold. Throws RequestInvalid for a server's.
 */
export function withSoundTemplates(
  fields: InstallationFields,
  provider: ProviderName | undefined,
  caller: 'sdk' | 'server',
): { readonly fields: InstallationFields; readonly ignoredFields: readonly string[] } {
  const problems = provider === undefined || fields.provider !== undefined ? [] : templateProblems(provider, fields.templates);
  if (problems.length === 0) return { fields, ignoredFields: [] };
  if (caller !== 'sdk') throw new RequestInvalid(problems.map(({ path, message }) => ({ pointer: pointerTo(path), message })));
  const { templates: _, ...sound } = fields;
  return { fields: sound, ignoredFields: ['templates'] };
}

/** `token` as operations take it: absent stays absent, null clears. Without any provider nothing can be told: the registration is refused for that. */
export function tokenWish(
  provider: ProviderName | undefined,
  token: string | WebPushToken | null | undefined,
): { readonly token?: PushToken | null } {
  if (token === undefined || provider === undefined) return {};
  return { token: token === null ? null : pushTokenOf(provider, token) };
}

type Present = Pick<Installation, 'tags' | 'attributes'> | undefined;
type Limits = Pick<AppSettings, 'sdkWritable' | 'maxTags'>;

/**
 * The fields that an sdk key may write of those it sent; what the app keeps for its server keys stays as it is. Throws TagNotWritable and
 * FieldNotWritable.
 */
export function fieldsBySdk({ sdkWritable }: Limits, fields: InstallationFields, present: Present): InstallationFields {
  const { tags, attributes } = fields;
  return {
    ...fields,
    ...(tags !== undefined && { tags: tagsBySdk(sdkWritable, 'installation.tags', tags ?? [], present?.tags ?? []) }),
    ...(attributes !== undefined && {
      attributes: attributesBySdk(sdkWritable, 'installation.attributes', attributes ?? {}, present?.attributes ?? {}),
    }),
  };
}

/** The same for the start of an app, which must not fail for a tag: what may not be written is left out, and named. */
export function fieldsOfStart(
  { sdkWritable, maxTags }: Limits,
  { tags, attributes, ...fields }: InstallationFields,
  present: Present,
): { readonly fields: InstallationFields; readonly ignoredFields: readonly string[] } {
  const givenTags = tags === undefined ? undefined : tagsWishedBySdk(sdkWritable, 'installation.tags', tags ?? [], present?.tags ?? []);
  const given =
    attributes === undefined
      ? undefined
      : attributesWishedBySdk(sdkWritable, 'installation.attributes', attributes ?? {}, present?.attributes ?? {});
  const kept = [
    leaveOut('tags', givenTags, tags?.length, (written) => written.length > maxTags),
    leaveOut('attributes', given, attributes ? Object.keys(attributes).length : undefined),
  ];
  return {
    fields: Object.assign({}, fields, ...kept.map(({ written }) => written)) as InstallationFields,
    ignoredFields: kept.flatMap(({ ignored }) => ignored),
  };
}

/** A field of which nothing may be written, or which would become too long, is left out whole; otherwise what may be written of it counts. */
function leaveOut<T>(field: string, given: WrittenBySdk<T> | undefined, wished: number | undefined, isTooLong?: (written: T) => boolean) {
  if (!given) return { written: {}, ignored: [] };
  const isNothingLeft = given.refused.length > 0 && given.refused.length === wished;
  if (isNothingLeft || isTooLong?.(given.written) === true) return { written: {}, ignored: [field] };
  return { written: { [field]: given.written }, ignored: given.refused.map((pointer) => pointer.slice(1)) };
}

/** Whether the outcome of these depends on what is stored, so that it must not be written over anything newer. */
export function dependsOnPresent({ tags, attributes }: InstallationFields): boolean {
  return tags !== undefined || attributes !== undefined;
}
