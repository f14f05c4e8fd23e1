import 'reflect-metadata'; // @peculiar/x509 resolves its parts through it
import { webcrypto } from 'node:crypto';
import { Extension, X509CertificateGenerator } from '@peculiar/x509';

export interface AppleCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

interface CertificateFacts {
  readonly topics?: readonly string[];
  readonly environments?: readonly ('production' | 'sandbox')[];
  readonly notBefore?: string;
  readonly notAfter?: string;
}

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) };
const appleExtension = '1.2.840.113635.100.6.3';

/** A certificate as Apple makes them for push services, signed by nobody; with its key. Good for 2020 to 2049 unless said. */
export async function anAppleCertificate({
  topics = ['app.shop'],
  environments = ['production', 'sandbox'],
  notBefore = '2020-01-01T00:00:00Z',
  notAfter = '2049-12-31T00:00:00Z',
}: CertificateFacts = {}): Promise<AppleCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const flags = { sandbox: '1', production: '2' } as const;
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=Apple Push Services: ${topics[0] ?? ''}, 0.9.2342.19200300.100.1.1=${topics[0] ?? ''}`,
    ...{ notBefore: new Date(notBefore), notAfter: new Date(notAfter), signingAlgorithm: algorithm, keys },
    extensions: [
      ...environments.map((name) => new Extension(`${appleExtension}.${flags[name]}`, false, Buffer.from('0500', 'hex'))),
      new Extension(`${appleExtension}.6`, false, topicList(topics)),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = key.match(/.{1,64}/g) ?? [];
  return {
    certificate: `${made.toString('pem')}\n`,
    privateKey: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

/** Each topic with what it is for: a text, then a list of texts. */
function topicList(topics: readonly string[]): Buffer {
  return element(
    0x30,
    topics.flatMap((topic) => [element(0x0c, [Buffer.from(topic)]), element(0x30, [element(0x0c, [Buffer.from('app')])])]),
  );
}

function element(tag: number, parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const length = value.length < 0x80 ? [value.length] : [0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}
