import { z } from 'zod';
import type { CredentialForm } from './credential-form.ts';

const secret = z.string().min(8).max(1_024).meta({ writeOnly: true });
const scheme = 'ms-app://';

/** An app of the Microsoft Store: "Package SID" and "Application secret" of Partner Center, or of "Live services". */
const ofPackage = z.strictObject({
  packageSid: z
    .string()
    .regex(/^(?:ms-app:\/\/)?s-1-15-2(?:-\d{1,10}){7}$/i, 'A package SID such as ms-app://s-1-15-2-…')
    .meta({ description: 'The package SID, with or without ms-app://' }),
  clientSecret: secret.meta({ description: 'The application secret' }),
});

/** An app of the Windows App SDK, registered with Microsoft Entra ID; toast and raw only. */
const ofEntra = z.strictObject({
  tenantId: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, 'The id of a tenant, or its domain'),
  clientId: z.guid(),
  clientSecret: secret.meta({ description: 'The value of a client secret' }),
});

export const wnsCredential: CredentialForm = {
  ways: [ofPackage, ofEntra],
  secretOf: (fields) => wnsFields(fields).clientSecret,
  example: {
    packageSid: 'ms-app://s-1-15-2-1004590627-2549014340-2234906606-1520204127-1876577427-1837222713-1402440186',
    clientSecret: 'the-secret-of-the-app',
  },
};

/** As sending needs them: the package SID with its scheme. Throws ZodError for what is neither of the two ways. */
export function wnsFields(fields: unknown): z.output<typeof ofPackage> | z.output<typeof ofEntra> {
  const read = z.union([ofPackage, ofEntra]).parse(fields);
  if (!('packageSid' in read)) return read;
  const sid = read.packageSid.toLowerCase();
  return { ...read, packageSid: sid.startsWith(scheme) ? sid : `${scheme}${sid}` };
}
