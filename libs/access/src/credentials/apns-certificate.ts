import { createPrivateKey, X509Certificate } from 'node:crypto';

/** What a certificate of Apple's says of itself. */
export interface ApnsCertificate {
  /** Bundle ids, those with suffixes of push types included. */
  readonly topics: readonly string[];
  /** Where it is good. */
  readonly environments: readonly ('production' | 'sandbox')[];
  /** ms */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** 1.2.840.113635.100.6.3.…: which topics; good for development; good for production. */
const [topicsExtension, developmentExtension, productionExtension] = ['06', '01', '02'].map((last) =>
  Buffer.from(`060a2a864886f763640603${last}`, 'hex'),
) as [Buffer, Buffer, Buffer];
const utf8String = 0x0c;
const octetString = 0x04;

/** Reads the first certificate of a PEM text. Throws when there is none. */
export function readApnsCertificate(pem: string): ApnsCertificate {
  const { raw, subject, validFromDate, validToDate } = new X509Certificate(pem);
  const listed = topicsIn(raw);
  const uid = /^UID=(.+)$/m.exec(subject)?.[1];
  const flagged = [
    ...(raw.includes(productionExtension) ? (['production'] as const) : []),
    ...(raw.includes(developmentExtension) ? (['sandbox'] as const) : []),
  ];
  return {
    topics: listed.length > 0 ? listed : uid === undefined ? [] : [uid],
    environments: flagged.length > 0 ? flagged : ['production', 'sandbox'],
    notBefore: validFromDate.getTime(),
    notAfter: validToDate.getTime(),
  };
}

/** Whether a key is that of the first certificate. */
export function areOnePair(certificate: string, privateKey: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false;
  }
}

/** The extension holds, in an octet string, texts between lists of what they are for. */
function topicsIn(certificate: Buffer): string[] {
  const at = certificate.indexOf(topicsExtension);
  if (at < 0) return [];
  const value = elementAt(certificate, at + topicsExtension.length);
  if (value?.tag !== octetString) return [];
  const list = elementAt(certificate, value.start);
  const found: string[] = [];
  for (let next = list?.start; list && next !== undefined && next < list.end;) {
    const element = elementAt(certificate, next);
    if (!element) break;
    if (element.tag === utf8String) found.push(certificate.toString('utf8', element.start, element.end));
    next = element.end;
  }
  return found;
}

/** One element of DER (X.690 section 8.1); undefined where there is none. */
function elementAt(bytes: Buffer, at: number): { readonly tag: number; readonly start: number; readonly end: number } | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4 || at + 2 + lengthBytes > bytes.length) return undefined;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  const start = at + 2 + lengthBytes;
  return start + length > bytes.length ? undefined : { tag, start, end: start + length };
}

/** Whether a text is one that `readApnsCertificate` reads. */
export function isApnsCertificate(pem: string): boolean {
  try {
    readApnsCertificate(pem);
    return true;
  } catch {
    return false;
  }
}
