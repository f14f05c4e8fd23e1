import type { TestHttp } from '#libs/testing/http';
import { Clock, Fingerprinter, PushToken, Random, ReceiptSigner, messageId } from '#libs/kernel';
import { DEFAULT_REGISTRY_SETTINGS, InstallationRepository, RegisterInstallation, UserRepository } from '#libs/registry';
import { hashOfSecret, newInstallationSecret } from '#libs/registry-http';
import { ReceiptRepository } from '../src/receipts/receipt.repository.ts';
import { startFeedback } from './feedback-http.ts';

const send = 'a0000000-0000-5000-8000-000000000001';
const at = '2026-01-01T12:00:00Z';
const secret = newInstallationSecret();
let http: TestHttp;

beforeEach(async () => {
  http = await startFeedback();
  const part = <T>(type: abstract new (...args: never[]) => T): T => http.app.get<T>(type, { strict: false });
  const registration = new RegisterInstallation(
    part(InstallationRepository),
    part(UserRepository),
    part(Clock),
    part(Fingerprinter),
    part(Random),
  );
  await registration.execute({
    app: 'shop',
    installationId: 'phone',
    by: 'sdk',
    fields: { platform: 'ios', provider: 'apns' },
    token: new PushToken('ab'.repeat(32)),
    startsSession: true,
    secret: { offered: hashOfSecret(secret), shown: null },
    settings: DEFAULT_REGISTRY_SETTINGS,
  });
});

afterEach(() => http.close());

/** What the payload of a message to an installation carries. */
function receiptOf(installation: string, app = 'shop'): string {
  return http.app.get(ReceiptSigner, { strict: false }).sign(app, installation, messageId(send, installation));
}

async function report(receipts: readonly object[], headers: Record<string, string> = {}, kind: 'sdk' | 'server' = 'sdk') {
  const key = await http.keys.key('shop', kind);
  return http.call('POST', '/v1/apps/shop/installations/phone/receipts', { key, headers, body: receipts });
}

describe('receipts of a device', () => {
  it('need nothing but the receipt of the payload, and count once', async () => {
    const said = [{ receipt: receiptOf('phone'), kind: 'opened', at }];

    expect(await report(said)).toMatchObject({ status: 200, body: { added: 1 } });
    expect(await report(said)).toMatchObject({ status: 200, body: { added: 0 } });
    expect(await http.app.get(ReceiptRepository).ofMessage('shop', 'phone', messageId(send, 'phone'))).toMatchObject([{ kind: 'opened' }]);
  });

  it.each([
    ['of another installation', () => [{ receipt: receiptOf('tablet'), kind: 'opened', at }]],
    ['of another app', () => [{ receipt: receiptOf('phone', 'bank'), kind: 'opened', at }]],
    ['without a signature', () => [{ receipt: messageId(send, 'phone'), kind: 'opened', at }]],
    ['that name the send instead', () => [{ sendId: send, kind: 'opened', at }]],
    [
      'of which only one is genuine',
      () => [
        { receipt: receiptOf('phone'), kind: 'opened', at },
        { sendId: send, kind: 'received', at },
      ],
    ],
  ])('%s need the installation’s secret', async (_, said) => {
    expect(await report(said())).toMatchObject({ status: 401, body: { code: 'installation_secret_invalid' } });
    expect(await report(said(), { 'x-installation-secret': secret })).toMatchObject({ status: 200 });
  });

  it('are taken from servers for installations that exist', async () => {
    expect(await report([{ sendId: send, kind: 'received', at }], {}, 'server')).toMatchObject({ status: 200, body: { added: 1 } });
  });

  it('are told what is wrong with each of them', async () => {
    const { status, body } = await report([
      { receipt: `${messageId(send, 'phone')}.short`, kind: 'opened', at },
      { receipt: receiptOf('phone'), sendId: send, kind: 'seen', at },
    ]);

    const { errors } = body as { errors: { pointer: string }[] };
    expect(status).toBe(400);
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/0/receipt', '/1/kind']);
  });
});
