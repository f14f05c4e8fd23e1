import { z } from 'zod';
import type { CredentialForm } from './credential-form.ts';

/** An app at AppGallery Connect: its id is the client's id. */
export const hmsFields = z.strictObject({
  appId: z.string().regex(/^\d{4,20}$/, 'The app’s number at AppGallery Connect, as text'),
  clientSecret: z
    .string()
    .regex(/^[\x21-\x7e]{8,256}$/, 'The OAuth 2.0 client secret of the app: 8 to 256 visible ASCII characters')
    .meta({ description: 'The OAuth 2.0 client secret of the app', writeOnly: true }),
});

export const hmsCredential: CredentialForm = {
  ways: [hmsFields],
  secretOf: (fields) => hmsFields.parse(fields).clientSecret,
  example: { appId: '104521890', clientSecret: '6a1f0c5e9d2b47338c1e7f0a5b9d2e44' },
};
