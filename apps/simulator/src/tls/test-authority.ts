import 'reflect-metadata'; // @peculiar/x509 resolves its parts through it
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';
import { secretFile } from './secret-file.ts';

/** What a TLS listener presents; `ca` is what a client has to trust. All PEM. */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Fixed, so that a test's clock and the machine's never disagree about the certificates. */
const validity = { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T00:00:00Z') };
const name = 'CN=Carillon simulator test CA';

/**
 * A certificate for 127.0.0.1, ::1, localhost and `alsoFor`, made anew at each start and signed by the test CA, which is made once and kept in `folder`
 * as `test-ca.pem` (key and certificate, mode 0600), so that clients go on trusting it after a restart.
 */
export async function serverIdentity(folder: string, alsoFor?: string): Promise<ServerIdentity> {
  const text = await secretFile(join(folder, 'test-ca.pem'), makeAuthority);
  const authority = new X509Certificate(pemBlock(text, 'CERTIFICATE'));
  const authorityKey = await importKey(pemBlock(text, 'PRIVATE KEY'));
  const keys = await generateKeys();
  const leaf = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=Carillon simulator',
    issuer: authority.subject,
    ...validity,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: authorityKey,
    extensions: await leafExtensions(authority, alsoFor),
  });
  const ca = authority.toString('pem');
  return { key: await privatePem(keys.privateKey), cert: `${leaf.toString('pem')}\n${ca}`, ca: `${ca}\n` };
}

async function makeAuthority(): Promise<string> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name,
    ...validity,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${await privatePem(keys.privateKey)}${certificate.toString('pem')}\n`;
}

async function leafExtensions(authority: X509Certificate, alsoFor: string | undefined): Promise<Extension[]> {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([
      { type: 'ip', value: '127.0.0.1' },
      { type: 'ip', value: '::1' },
      { type: 'dns', value: 'localhost' },
      ...(alsoFor === undefined ? [] : [{ type: 'dns' as const, value: alsoFor }]),
    ]),
    await AuthorityKeyIdentifierExtension.create(authority, false),
  ];
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function importKey(pem: string): Promise<CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign']);
}

async function privatePem(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }).export({ type: 'pkcs8', format: 'pem' });
}

function serialNumber(): string {
  return `01${randomBytes(12).toString('hex')}`;
}

function pemBlock(text: string, label: string): string {
  const found = new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(text);
  if (!found) throw new Error(`test-ca.pem holds no ${label}; remove it and start again`);
  return found[0];
}
