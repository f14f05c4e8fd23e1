import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import type { CredentialForm } from './credential-form.ts';

/** The fields of Google's service account file that sending needs; the file has more, which are left out. */
const serviceAccount = z.object({
  project_id: z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'A Google Cloud project id'),
  client_email: z.email().max(256),
  private_key: z
    .string()
    .max(8_192)
    .refine(isRsaPrivateKey, 'An RSA private key in PEM form, of 2,048 bits or more')
    .meta({ writeOnly: true }),
  private_key_id: z.string().min(1).max(128),
  token_uri: z.url({ protocol: /^https$/ }).default('https://oauth2.googleapis.com/token'),
});

/** A Firebase service account, as the console hands it out. */
export const fcmFields = z.strictObject({ serviceAccount });

export const fcmCredential: CredentialForm = {
  ways: [fcmFields],
  secretOf: (fields) => fcmFields.parse(fields).serviceAccount.private_key,
  example: {
    serviceAccount: {
      project_id: 'example-shop',
      private_key_id: '4f1d…',
      private_key: '-----BEGIN PRIVATE KEY-----\n(as in the file from the Firebase console)\n-----END PRIVATE KEY-----\n',
      client_email: 'firebase-adminsdk@example-shop.iam.gserviceaccount.com',
    },
  },
};

function isRsaPrivateKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048;
  } catch {
    return false;
  }
}
