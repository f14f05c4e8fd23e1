import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import type { CredentialForm } from './credential-form.ts';

/** An APNs authentication key (Apple: "Establishing a token-based connection to APNs"). */
export const apnsFields = z.strictObject({
  teamId: z.string().regex(/^[A-Z0-9]{10}$/, 'Ten capital letters and digits'),
  keyId: z.string().regex(/^[A-Z0-9]{10}$/, 'Ten capital letters and digits'),
  privateKey: z
    .string()
    .max(4_096)
    .refine(isP256PrivateKey, 'The text of the .p8 file: a P-256 private key in PEM form')
    .meta({ description: 'The text of the .p8 file', writeOnly: true }),
});

export const apnsCredential: CredentialForm = {
  ways: [apnsFields],
  secretOf: (fields) => apnsFields.parse(fields).privateKey,
  example: {
    teamId: 'DEF123GHIJ',
    keyId: 'ABC123DEFG',
    privateKey: '-----BEGIN PRIVATE KEY-----\n(the text of your AuthKey_ABC123DEFG.p8)\n-----END PRIVATE KEY-----\n',
  },
};

function isP256PrivateKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
