import { z } from 'zod';
import type { CredentialForm } from './credential-form.ts';

const key = /^[A-Za-z0-9]{8,128}$/;

/** An app at Baidu Push: Android and Apple devices have one each. */
export const baiduFields = z.strictObject({
  apiKey: z.string().regex(key, 'The app’s API key: 8 to 128 letters and digits'),
  secretKey: z
    .string()
    .regex(key, 'The app’s secret key: 8 to 128 letters and digits')
    .meta({ description: 'The app’s secret key, which signs', writeOnly: true }),
});

export const baiduCredential: CredentialForm = {
  ways: [baiduFields],
  secretOf: (fields) => baiduFields.parse(fields).secretKey,
  example: { apiKey: 'Ln4Vq9s2XkPzRw7TbM3cYd8F', secretKey: 'q0ZtW5hGv1nJs6LeUa9oKr2iBx4mCp7D' },
};
