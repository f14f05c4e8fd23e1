import { z } from 'zod';
import { wayOf, type CredentialForm } from '../../src/credentials/credential-form.ts';

const byKey = z.strictObject({ keyId: z.string(), privateKey: z.string() });
const byCertificate = z.strictObject({ certificate: z.string(), passphrase: z.string() });
const form: CredentialForm = { ways: [byKey, byCertificate], secretOf: () => '', example: {} };

describe('which way to authenticate a body means', () => {
  it('is the one that it shares the most fields with', () => {
    expect(wayOf(form, { certificate: 1, other: 2 })).toBe(byCertificate);
    expect(wayOf(form, { privateKey: 'x' })).toBe(byKey);
  });

  it('is the usual one where nothing tells', () => {
    for (const body of [{}, null, 'text', [1], { bundleIds: [] }]) expect(wayOf(form, body)).toBe(byKey);
  });
});
