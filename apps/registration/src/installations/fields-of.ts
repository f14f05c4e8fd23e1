import { parseInstant } from '#libs/kernel';
import type { InstallationFields } from '#libs/registry';
import type { PatchedInstallation, RegisterBody } from './installation-bodies.ts';

type Body = Partial<Omit<RegisterBody, 'externalId'>> & Partial<PatchedInstallation>;

/** What a body says about the installation itself, in the platform's own terms. */
export function fieldsOf(body: Body): InstallationFields {
  const { token: _token, expiresAt, ...fields } = body;
  if (expiresAt === undefined) return fields;
  return { ...fields, expiresAt: expiresAt === null ? null : (parseInstant(expiresAt) ?? null) };
}
