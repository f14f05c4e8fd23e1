import { anAppleCertificate, type AppleCertificate } from '#libs/testing/certificates';
import forge from 'node-forge';
import { readApnsCertificate } from '../../src/credentials/apns-certificate.ts';
import { apnsCredential } from '../../src/credentials/apns-credential.ts';
import { wayOf } from '../../src/credentials/credential-form.ts';

const now = Date.UTC(2026, 0, 1);
const { prepare, endOf, findingsOf, secretOf } = apnsCredential;
let pair: AppleCertificate;

beforeAll(async () => {
  pair = await anAppleCertificate({ topics: ['com.shop', 'com.shop.voip'], notAfter: '2027-03-01T00:00:00Z' });
});

function p12Of({ certificate, privateKey }: AppleCertificate, passphrase: string, algorithm: 'aes256' | '3des'): string {
  const file = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(privateKey), [forge.pki.certificateFromPem(certificate)], passphrase, {
    algorithm,
  });
  return Buffer.from(forge.asn1.toDer(file).getBytes(), 'binary').toString('base64');
}

const read = (body: object) => prepare?.(wayOf(apnsCredential, body).parse(body));

describe('a certificate of Apple’s', () => {
  it('says which apps it is for, where it is good, and when it ends', async () => {
    expect(readApnsCertificate(pair.certificate)).toEqual({
      topics: ['com.shop', 'com.shop.voip'],
      environments: ['production', 'sandbox'],
      notBefore: Date.UTC(2020, 0, 1),
      notAfter: Date.UTC(2027, 2, 1),
    });
    const many = await anAppleCertificate({ topics: Array.from({ length: 30 }, (_, n) => `com.shop.app-${n}`), environments: ['sandbox'] });
    expect(readApnsCertificate(many.certificate)).toMatchObject({ environments: ['sandbox'], topics: { length: 30 } });
  });

  it('is no .p12 file where it is not base64, which is known at once, however many blanks there are', () => {
    const parsed = (p12: string) => wayOf(apnsCredential, { p12 }).safeParse({ p12 });

    for (const p12 of [`a${' '.repeat(1_000_000)}!`, `${'a '.repeat(200_000)}!`, '====', '']) expect(parsed(p12).success).toBe(false);
    expect(parsed(' YWJj\n ZA==\n').success).toBe(true);
  });

  it('is taken as PEM with its key beside it or in the same text, and kept as a pair', () => {
    const { certificate, privateKey } = pair;

    expect(read({ certificate, privateKey })).toEqual({ fields: { certificate, privateKey } });
    expect(read({ certificate: certificate + privateKey })).toEqual({
      fields: { certificate: certificate + privateKey, privateKey: certificate + privateKey },
    });
    expect(secretOf({ certificate, privateKey })).toBe(privateKey);
    expect(endOf?.({ certificate, privateKey })).toBe(Date.UTC(2027, 2, 1));
  });

  it.each(['aes256', '3des'] as const)('is taken out of a .p12 file (%s), and its passphrase is not kept', (algorithm) => {
    const prepared = read({ p12: p12Of(pair, 'geheim ü', algorithm), passphrase: 'geheim ü' });

    expect(prepared).toHaveProperty('fields');
    const { fields } = prepared as unknown as { fields: AppleCertificate };
    expect(Object.keys(fields)).toEqual(['certificate', 'privateKey']);
    expect(readApnsCertificate(fields.certificate).topics).toEqual(['com.shop', 'com.shop.voip']);
    expect(read(fields)).toEqual({ fields });
  });

  it.each([
    [
      'the key of another',
      async () => ({ certificate: pair.certificate, privateKey: (await anAppleCertificate()).privateKey }),
      'privateKey',
    ],
    ['no key', async () => ({ certificate: pair.certificate }), 'privateKey'],
    ['a wrong passphrase', async () => ({ p12: p12Of(pair, 'right', 'aes256'), passphrase: 'wrong' }), 'p12'],
    ['what is no file', async () => ({ p12: 'AAAA' }), 'p12'],
  ])('is refused with %s', async (_, body, field) => {
    expect(read(await body())).toEqual({ fault: { field, message: expect.any(String) as string } });
  });

  it('tells without asking that it has ended, has not begun, is for another app or for one environment only', async () => {
    const [ended, early] = await Promise.all([
      anAppleCertificate({ notAfter: '2025-12-31T00:00:00Z' }),
      anAppleCertificate({ notBefore: '2026-02-01T00:00:00Z', environments: ['sandbox'] }),
    ]);
    const words = (fields: AppleCertificate, bundleIds = ['app.shop']) =>
      findingsOf?.({ ...fields }, bundleIds, now).map(({ level, reason }) => `${level} ${reason}`);

    expect(words(ended)).toEqual(['error certificate_expired']);
    expect(words(early)).toEqual(['error certificate_not_yet_valid', 'warning certificate_of_one_environment']);
    expect(words(pair, ['com.shop', 'com.till'])).toEqual(['error certificate_for_another_app']);
    expect(words(pair, ['com.shop'])).toEqual([]);
  });
});
