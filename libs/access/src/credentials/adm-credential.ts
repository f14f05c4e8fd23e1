import { z } from 'zod';
import type { CredentialForm } from './credential-form.ts';

/** An app's security profile, as Amazon's developer console shows it. */
export const admFields = z.strictObject({
  clientId: z.string().regex(/^amzn1\.[\w.-]{8,200}$/, 'A client id such as amzn1.application-oa2-client.…'),
  clientSecret: z.string().min(16).max(1_024).meta({ description: 'The client secret', writeOnly: true }),
});

export const admCredential: CredentialForm = {
  ways: [admFields],
  secretOf: (fields) => admFields.parse(fields).clientSecret,
  example: { clientId: 'amzn1.application-oa2-client.0123456789abcdef0123456789abcdef', clientSecret: 'the-secret-of-the-app' },
};
