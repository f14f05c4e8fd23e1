import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import type { CheckFinding } from '../errands/credential-check.ts';
import { areOnePair, isApnsCertificate, readApnsCertificate } from './apns-certificate.ts';
import type { CredentialForm } from './credential-form.ts';
import { pemOfP12 } from './pem-of-p12.ts';

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

const maxPem = 32_768;

/** A certificate with its key, PEM (Apple: "Establishing a certificate-based connection to APNs"). */
export const apnsCertificateFields = z.strictObject({
  certificate: z
    .string()
    .max(maxPem)
    .refine(isApnsCertificate, 'A certificate in PEM form')
    .meta({ description: 'The text of a .pem file: the certificate, and its key where that is not given apart', writeOnly: true }),
  privateKey: z.string().max(maxPem).exactOptional().meta({ description: 'Its key, PEM', writeOnly: true }),
});

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

const p12Fields = z.strictObject({
  p12: z
    .string()
    .max(maxPem)
    .refine((text) => base64.test(text.replaceAll(/\s+/g, '')), 'A .p12 file in base64')
    .meta({ description: 'A .p12 file with certificate and key, in base64', writeOnly: true }),
  passphrase: z.string().max(1_024).default('').meta({ description: 'Opens the file; not kept', writeOnly: true }),
});

export const apnsCredential: CredentialForm = {
  ways: [apnsFields, apnsCertificateFields, p12Fields],
  prepare,
  secretOf: (fields) => (isByCertificate(fields) ? fields.privateKey : apnsFields.parse(fields).privateKey),
  endOf: (fields) => (isByCertificate(fields) ? readApnsCertificate(fields.certificate).notAfter : undefined),
  findingsOf: (fields, bundleIds, now) => (isByCertificate(fields) ? findingsOf(fields.certificate, bundleIds, now) : []),
  example: {
    teamId: 'DEF123GHIJ',
    keyId: 'ABC123DEFG',
    privateKey: '-----BEGIN PRIVATE KEY-----\n(the text of your AuthKey_ABC123DEFG.p8)\n-----END PRIVATE KEY-----\n',
  },
};

function isByCertificate(fields: Readonly<Record<string, unknown>>): fields is { certificate: string; privateKey: string } {
  return typeof fields['certificate'] === 'string' && typeof fields['privateKey'] === 'string';
}

function prepare(fields: Readonly<Record<string, unknown>>): ReturnType<NonNullable<CredentialForm['prepare']>> {
  const { p12, passphrase = '', certificate } = fields;
  if (typeof p12 === 'string') {
    const pair = pemOfP12(p12, typeof passphrase === 'string' ? passphrase : '');
    return pair
      ? { fields: { ...pair } }
      : { fault: { field: 'p12', message: 'Holds no certificate with its key, or the passphrase is wrong' } };
  }
  if (typeof certificate !== 'string') return { fields };
  const privateKey = typeof fields['privateKey'] === 'string' ? fields['privateKey'] : certificate;
  return areOnePair(certificate, privateKey)
    ? { fields: { certificate, privateKey } }
    : { fault: { field: 'privateKey', message: 'Must be the key of this certificate, in PEM form and without a passphrase' } };
}

function findingsOf(pem: string, bundleIds: readonly string[], now: number): CheckFinding[] {
  const { notBefore, notAfter, topics, environments } = readApnsCertificate(pem);
  const found: CheckFinding[] = [];
  if (notAfter <= now) {
    const message = `The certificate ended on ${dayOf(notAfter)}.`;
    found.push({
      level: 'error',
      reason: 'certificate_expired',
      message,
      remedy: 'Make a new one in the developer account and upload it.',
    });
  }
  if (notBefore > now) {
    const message = `The certificate is not good before ${dayOf(notBefore)}, or the clock of this server is wrong.`;
    found.push({
      level: 'error',
      reason: 'certificate_not_yet_valid',
      message,
      remedy: 'Wait for that day, or have the clock set by NTP.',
    });
  }
  for (const bundleId of bundleIds) {
    if (topics.includes(bundleId)) continue;
    const message = `The certificate is for ${topics.slice(0, 3).join(', ') || 'no app at all'}.`;
    found.push({
      level: 'error',
      reason: 'certificate_for_another_app',
      message,
      remedy: 'Set `bundleIds` to its apps, or upload the certificate of this one.',
      bundleId,
    });
  }
  if (environments.length === 1) {
    const other = environments[0] === 'sandbox' ? 'production' : 'sandbox';
    const message = `The certificate is good for ${environments[0] ?? ''} only.`;
    const remedy = 'Use an “Apple Push Services” certificate, which serves both, unless that is what you want.';
    found.push({ level: 'warning', reason: 'certificate_of_one_environment', message, remedy, environment: other });
  }
  return found;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function isP256PrivateKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
