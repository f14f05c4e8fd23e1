import { deriveKeys } from '#libs/access';
import type { TestHttp } from '#libs/testing/http';
import { Clock, Fingerprinter, PushToken, Random, ReceiptSigner, messageId, newId } from '#libs/kernel';
import {
  DEFAULT_REGISTRY_SETTINGS,
  EngagementRepository,
  InstallationRepository,
  RegisterInstallation,
  UserRepository,
} from '#libs/registry';
import { hashOfSecret, newInstallationSecret } from '#libs/registry-http';
import { IndexSet, SHARED_RECIPIENT, type OutcomeCode, type Send, noResult } from '#libs/sends';
import { insertPage } from '#libs/sends/page/writing';
import { ReceiptRepository } from '#libs/sends/receipt/writing';
import { ResultRepository } from '#libs/sends/result/writing';
import { insertSend } from '#libs/sends/send/writing';
import { MetricsRegistry } from '#libs/service';
import { aSend } from '#libs/testing';
import { createHmac } from 'node:crypto';
import { startFeedback } from './feedback-http.ts';

const send = 'a0000000-0000-5000-8000-000000000001';
const otherSend = 'b0000000-0000-5000-8000-000000000002';
const oldSend = 'c0000000-0000-5000-8000-000000000003';
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

/** Plans a send's only page: those of it that go out are one batch, the others are suppressed. */
async function plan(sendId: string, installations: Readonly<Record<string, 'sent' | 'suppressed'>>, facts: Partial<Send> = {}) {
  const batch = {
    id: `${sendId}:0:000000:0`,
    provider: 'apns',
    lane: 'bulk',
    size: Object.values(installations).length,
    dueAt: 0,
  } as const;
  const page = {
    ...{ id: `${sendId}:0:000000`, app: 'shop', sendId, slice: 0, n: 0, after: '', through: 'shop;', last: true, plannedAt: 1 },
    entries: Object.entries(installations).map(([installationId, what]) =>
      what === 'sent'
        ? { installationId, ownerEpoch: 0, batch: 0, suppressedBy: null }
        : ({ installationId, ownerEpoch: 0, batch: null, suppressedBy: 'unsubscribed' } as const),
    ),
    batches: [batch],
  };
  await http.store.write(() => {
    insertSend(http.store, aSend({ app: 'shop', id: sendId, audience: { kind: 'explicit' }, ...facts }));
    insertPage(http.store, page);
  });
  return async (outcome: OutcomeCode, doubts: Record<string, number> = {}) => {
    const final = IndexSet.upTo(1);
    const results = [{ outcome, reason: null, messages: final }];
    await http.app.get(ResultRepository).save({ ...noResult(batch, 'shop'), revision: 1, results, final, doubts }, []);
  };
}

/** What the payload of a message to an installation carries. */
function receiptOf(installation: string, app = 'shop', sendId = send): string {
  return http.app.get(ReceiptSigner, { strict: false }).sign(app, sendId, [installation]).text(0);
}

const stored = (sendId = send) => http.app.get(ReceiptRepository).ofMessage('shop', messageId(sendId, 'phone'));
const codesOf = ({ body }: { body: unknown }) => (body as { refused: { index: number; code: string }[] }).refused.map(({ code }) => code);

async function report(receipts: readonly object[], headers: Record<string, string> = {}, kind: 'sdk' | 'server' = 'sdk') {
  const key = await http.keys.key('shop', kind);
  return http.call('POST', '/v1/apps/shop/installations/phone/receipts', { key, headers, body: receipts });
}

/** What filters may ask of whoever owns the phone. */
async function engagements(installation = 'phone') {
  const { userId = '' } = (await http.app.get(InstallationRepository, { strict: false }).findById('shop', installation)) ?? {};
  return http.app.get(EngagementRepository, { strict: false }).ofUser('shop', userId);
}

describe('what receipts say for filters', () => {
  const opened = Date.parse(at);

  it('is when the owner last received and opened a message of each campaign, however often it is told', async () => {
    await plan(send, { phone: 'sent' }, { campaign: 'spring' });
    await plan(otherSend, { phone: 'sent' });
    const said = [
      { receipt: receiptOf('phone'), kind: 'opened', at },
      { receipt: receiptOf('phone', 'shop', otherSend), kind: 'displayed', at: '2025-12-31T00:00:00Z' },
    ];
    http.clock.advance(86_400_000);

    for (const _ of [1, 2]) await report(said);
    await report([{ receipt: receiptOf('phone'), kind: 'dismissed', at: '2025-12-31T12:00:00Z' }]);

    expect(await engagements()).toEqual({
      'received:spring': opened,
      'opened:spring': opened,
      'received:': Date.parse('2025-12-31T00:00:00Z'),
    });
  });

  it('is no later than we heard of it, whatever the device’s clock shows', async () => {
    await plan(send, { phone: 'sent' }, { campaign: 'spring' });

    await report([{ receipt: receiptOf('phone'), kind: 'opened', at: '2040-01-01T00:00:00Z' }]);

    expect(await engagements()).toMatchObject({ 'opened:spring': http.clock.now() });
  });

  it('says nothing of receipts that are refused', async () => {
    await plan(send, { phone: 'suppressed' }, { campaign: 'spring' });

    await report([{ sendId: send, kind: 'opened', at }], {}, 'server');

    expect(await engagements()).toEqual({});
  });
});

describe('receipts of a device', () => {
  beforeEach(async () => {
    await plan(send, { phone: 'sent' });
  });

  it('need nothing but the receipt of the payload, and count once', async () => {
    const said = [{ receipt: receiptOf('phone'), kind: 'opened', at }];

    expect(await report(said)).toMatchObject({ status: 202, body: { added: 1, refused: [] } });
    expect(await report(said)).toMatchObject({ status: 202, body: { added: 0, refused: [] } });
    expect(await stored()).toMatchObject([{ kind: 'opened', sendId: send }]);
  });

  it('are the same message’s whether they name the send or show the payload’s', async () => {
    await report([{ receipt: receiptOf('phone'), kind: 'opened', at }]);

    expect(await report([{ sendId: send, kind: 'opened', at }], { 'x-installation-secret': secret })).toMatchObject({ body: { added: 0 } });
  });

  it('of payloads that did not name their send yet are taken, and counted for none', async () => {
    const id = messageId(send, 'phone');
    const key = deriveKeys(Buffer.alloc(32, 7)).receipts; // start-http's master key
    const receipt = `${id}.${createHmac('sha256', key).update(`shop\nphone\n${id}`).digest('base64url').slice(0, 16)}`;

    expect(await report([{ receipt, kind: 'opened', at }])).toMatchObject({ body: { added: 1, refused: [] } });
    expect(await stored()).toMatchObject([{ sendId: null }]);
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
    expect(await report(said(), { 'x-installation-secret': secret })).toMatchObject({ status: 202 });
  });

  it('are taken from servers for installations that exist', async () => {
    expect(await report([{ sendId: send, kind: 'received', at }], {}, 'server')).toMatchObject({ status: 202, body: { added: 1 } });
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

describe('receipts of no message that was sent to the installation', () => {
  const proof = { 'x-installation-secret': secret };
  const one = (sendId: string) => [{ sendId, kind: 'received', at }];

  it('are refused one by one, counted, and nothing of them is kept', async () => {
    await plan(send, { phone: 'sent' });
    await plan(otherSend, { tablet: 'sent' });
    await plan(oldSend, { phone: 'sent' }, { state: 'done', finishedAt: 5, forgottenAt: 9 });
    const unknown = Array.from({ length: 200 }, () => ({ sendId: newId(), kind: 'received', at }));
    const said = [...one(send), ...one(otherSend), ...one(oldSend), { receipt: receiptOf('tablet'), kind: 'opened', at }];

    const answer = await report([...said, ...unknown], proof);

    expect(answer).toMatchObject({ status: 202, body: { added: 1 } });
    expect(codesOf(answer)).toEqual(['message_not_sent', 'send_forgotten', 'receipt_not_genuine', ...unknown.map(() => 'send_not_found')]);
    expect((answer.body as { refused: unknown[] }).refused[0]).toMatchObject({ index: 1, message: expect.any(String) as unknown });
    expect(http.store.sql('SELECT count(*) AS n FROM receipts').get()).toEqual({ n: 1 });
    expect(await http.app.get(MetricsRegistry, { strict: false }).registry.metrics()).toContain(
      'carillon_receipts_refused_total{app="shop",reason="send_not_found"} 200',
    );
  });

  it.each(['sdk', 'server'] as const)('are refused for every key: %s', async (kind) => {
    expect(codesOf(await report(one(newId()), kind === 'sdk' ? proof : {}, kind))).toEqual(['send_not_found']);
  });

  it('are refused where the payload’s own receipt is of a send that is gone', async () => {
    expect(codesOf(await report([{ receipt: receiptOf('phone'), kind: 'opened', at }]))).toEqual(['send_not_found']);
  });

  it('are refused where planning left the installation out', async () => {
    await plan(send, { phone: 'suppressed' });

    expect(codesOf(await report(one(send), proof))).toEqual(['message_not_sent']);
  });

  it('are refused of a send of another app', async () => {
    await plan(send, { phone: 'sent' }, { app: 'bank' });

    expect(codesOf(await report(one(send), proof))).toEqual(['send_not_found']);
  });

  it.each([
    ['accepted', {}, []],
    ['token_moved', {}, []],
    ['skipped', {}, ['message_not_sent']],
    ['token_invalid', {}, ['message_not_sent']],
    ['expired', {}, ['message_not_sent']],
    ['expired', { a: 1 }, []],
  ] as const)('are those whose last word is %s (doubts: %j): %j', async (outcome, doubts, codes) => {
    const end = await plan(send, { phone: 'sent' });
    await end(outcome, doubts);

    expect(codesOf(await report(one(send), proof))).toEqual(codes);
  });
});

describe('receipts that are shown without a key', () => {
  const show = (receipts: readonly object[], app = 'shop') => http.call('POST', `/v1/apps/${app}/receipts`, { body: receipts });

  beforeEach(async () => {
    await plan(send, { phone: 'sent' });
  });

  it('need nothing else, and count once with what the installation says', async () => {
    const said = [{ receipt: receiptOf('phone'), kind: 'opened', at }];

    expect(await show([...said, ...said])).toMatchObject({ status: 202, body: { added: 1, refused: [] } });
    expect(await report(said)).toMatchObject({ status: 202, body: { added: 0, refused: [] } });
    expect(await stored()).toMatchObject([{ kind: 'opened', installationId: null, sendId: send }]);
  });

  it('are refused where they are forged, of another app, or of all who have a topic', async () => {
    const [id, signature, part] = receiptOf('phone').split('.');
    const other = receiptOf('phone', 'shop', otherSend).split('.')[2];
    const forged = [`${id}.AAAAAAAAAAAAAAAA.${part}`, `${id}.${signature}.${other}`, `${id}.${signature}`, receiptOf('phone', 'bank')];
    const answer = await show([...forged, receiptOf(SHARED_RECIPIENT)].map((receipt) => ({ receipt, kind: 'opened', at })));

    expect(codesOf(answer)).toEqual([...forged.map(() => 'receipt_not_genuine'), 'receipt_shared']);
    expect(http.store.sql('SELECT count(*) AS n FROM receipts').get()).toEqual({ n: 0 });
    expect(await http.app.get(MetricsRegistry, { strict: false }).registry.metrics()).toContain(
      'carillon_receipts_refused_total{app="shop",reason="receipt_not_genuine"} 4',
    );
  });

  it('are at most 100, of an app that exists, and name no send', async () => {
    const one = { receipt: receiptOf('phone'), kind: 'opened', at };

    expect(await show(Array.from({ length: 101 }, () => one))).toMatchObject({ status: 400 });
    expect(await show([{ sendId: send, kind: 'opened', at }])).toMatchObject({ status: 400 });
    expect(await show([one], 'nothing')).toMatchObject({ status: 404, body: { code: 'app_not_found' } });
    expect(await show(Array.from({ length: 100 }, () => one))).toMatchObject({ status: 202, body: { added: 1 } });
  });

  it('are limited by who shows them', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => show([{ receipt: receiptOf('phone'), kind: 'opened', at }])));

    expect(answers.map(({ status }) => status)).toContain(429);
  });
});

describe('actions', () => {
  const press = (action: string) => ({ receipt: receiptOf('phone'), kind: 'action', action, at });

  beforeEach(async () => {
    await plan(send, { phone: 'sent' });
  });

  it('count once each', async () => {
    expect(await report([press('reply'), press('later'), press('reply')])).toMatchObject({ body: { added: 2, refused: [] } });
    expect(await http.app.get(ReceiptRepository).countsOf('shop', send)).toMatchObject({ actions: { later: 1, reply: 1 } });
  });

  it('are those of the kind `action`, and of no other', async () => {
    const { status, body } = await report([
      { receipt: receiptOf('phone'), kind: 'action', at },
      { receipt: receiptOf('phone'), kind: 'opened', action: 'reply', at },
    ]);

    expect(status).toBe(400);
    expect((body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(['/0/action', '/1/action']);
  });

  it('of one message are kept up to twenty, and the known ones stay known', async () => {
    const actions = Array.from({ length: 22 }, (_, n) => press(`button-${n}`));

    expect(codesOf(await report(actions))).toEqual(['too_many_actions', 'too_many_actions']);
    expect(await report(actions.slice(0, 20))).toMatchObject({ body: { added: 0, refused: [] } });
    expect(codesOf(await report([press('another')]))).toEqual(['too_many_actions']);
  });
});

describe('receipts of sends that ended long ago', () => {
  it.each([
    [30, []],
    [31, ['send_too_old']],
  ])('are those of %d days after the end of the time to live: %j', async (days, codes) => {
    await plan(send, { phone: 'sent' }, { expiresAt: http.clock.now() - days * 86_400_000 });

    expect(codesOf(await report([{ receipt: receiptOf('phone'), kind: 'opened', at }]))).toEqual(codes);
  });
});

describe('what was said', () => {
  it('is shown by explain and by the results of the send', async () => {
    const end = await plan(send, { phone: 'sent', tablet: 'suppressed' });
    await end('accepted');
    await report([
      { receipt: receiptOf('phone'), kind: 'received', at },
      { receipt: receiptOf('phone'), kind: 'opened', at: '2026-01-01T12:00:05Z' },
    ]);
    const ask = async (path: string) =>
      http.call('GET', `/v1/apps/shop/sends/${send}/${path}`, { key: await http.keys.key('shop', 'server') });

    const { body } = await ask('explain?installation=phone');
    expect(body).toMatchObject({ outcome: 'accepted' });
    expect((body as { steps: unknown[] }).steps.slice(-2)).toMatchObject([
      { at: '2026-01-01T12:00:00.000Z', step: 'receipt received' },
      { at: '2026-01-01T12:00:05.000Z', step: 'receipt opened' },
    ]);
    const lines = (await ask('results')).text.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { receipts: unknown }).receipts)).toEqual([
      { received: '2026-01-01T12:00:00.000Z', opened: '2026-01-01T12:00:05.000Z' },
      {},
    ]);
  });
});
