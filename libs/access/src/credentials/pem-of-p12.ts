import type { asn1 as Asn1, pkcs12 as Pkcs12, pki as Pki } from 'node-forge';
import { createRequire } from 'node:module';

interface Forge {
  readonly asn1: typeof Asn1;
  readonly pkcs12: typeof Pkcs12;
  readonly pki: typeof Pki;
}

/** A certificate with its key, PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/**
 * What a .p12 file (PKCS #12) holds; undefined when it is none, or the passphrase is wrong. Node's TLS reads such files too, but not those that macOS's
 * Keychain has made for years (RC2), and shows nothing of the certificate. The library is loaded with the first of them.
 */
export function pemOfP12(base64: string, passphrase: string): PemPair | undefined {
  const { asn1, pkcs12, pki } = createRequire(import.meta.url)('node-forge') as Forge;
  try {
    const file = pkcs12.pkcs12FromAsn1(asn1.fromDer(Buffer.from(base64, 'base64').toString('binary')), passphrase);
    const bags = file.safeContents.flatMap(({ safeBags }) => safeBags);
    const key = bags.find((bag) => bag.key)?.key;
    const certificates = bags.flatMap(({ cert }) => (cert ? [cert] : []));
    const own = certificates.find(
      (certificate) => key && pki.publicKeyToPem(certificate.publicKey) === pki.publicKeyToPem(publicHalf(key, pki)),
    );
    if (!key || !own) return undefined;
    const chain = [own, ...certificates.filter((certificate) => certificate !== own)];
    return { certificate: chain.map((certificate) => pki.certificateToPem(certificate)).join(''), privateKey: pki.privateKeyToPem(key) };
  } catch {
    return undefined;
  }
}

function publicHalf({ n, e }: Pki.rsa.PrivateKey, pki: typeof Pki): Pki.rsa.PublicKey {
  return pki.setRsaPublicKey(n, e);
}
