import { Clock, Fingerprinter, PushToken, Random, ReceiptSigner, messageId } from '#libs/kernel';
import {
  BehaviourRepository, ChangeUser, DEFAULT_REGISTRY_SETTINGS, InstallationRepository, RegisterInstallation, UserRepository,
} from '#libs/registry'; // prettier-ignore
import { ConversionReader, IndexSet, noResult, type ConversionRule, type Send } from '#libs/sends';
import { insertPage } from '#libs/sends/page/writing';
import { ResultRepository } from '#libs/sends/result/writing';
import { insertSend } from '#libs/sends/send/writing';
import { aPage, aPageEntry, aSend } from '#libs/testing';
import type { TestHttp } from '#libs/testing/http';
import { eventsIn } from '#libs/testing/store';
import { AwaitConversions } from '../src/conversions/await-conversions.ts';
import { ConvertMessages } from '../src/conversions/convert-messages.ts';
import { ExplainInstallation } from '../src/explain/explain-installation.ts';
import { startFeedback } from './feedback-http.ts';

const hour = 3_600_000;
const spring = 'a0000000-0000-5000-8000-000000000001';
const summer = 'b0000000-0000-5000-8000-000000000002';
const order: ConversionRule = { event: 'order_placed', withinMs: hour, value: 'total' };
let http: TestHttp;

beforeEach(async () => {
  http = await startFeedback();
  await register('phone', 'kim');
  await register('tablet', 'kim');
  await register('other', 'lee');
});
afterEach(() => http.close());

const part = <T>(type: abstract new (...args: never[]) => T): T => http.app.get<T>(type, { strict: false });
const parts = () => [part(InstallationRepository), part(UserRepository), part(Clock), part(Fingerprinter), part(Random)] as const;

async function register(installationId: string, externalId: string): Promise<void> {
  await new RegisterInstallation(...parts()).execute({
    ...{ app: 'shop', installationId, by: 'server', fields: { platform: 'ios', provider: 'apns' }, startsSession: true },
    ...{ token: new PushToken(Buffer.from(installationId.padEnd(32, '.')).toString('hex')), settings: DEFAULT_REGISTRY_SETTINGS },
  });
  await logIn(installationId, externalId);
}

async function logIn(installationId: string, externalId: string): Promise<void> {
  await new ChangeUser(...parts()).execute({
    app: 'shop',
    installationId,
    externalId: { value: externalId, verified: false },
    settings: DEFAULT_REGISTRY_SETTINGS,
  });
}

/** A send whose messages were accepted now, but for those of `failed`. */
async function accepted(id: string, installations: readonly string[], facts: Partial<Send> = {}, failed: readonly string[] = []) {
  const planned = aPage({ app: 'shop', sendId: id, after: '', through: 'shop;' });
  const batch = { ...planned.batches[0]!, size: installations.length };
  const found = await Promise.all(installations.map((one) => part(InstallationRepository).findById('shop', one)));
  const entries = installations.map((installationId, n) => aPageEntry({ installationId, ownerEpoch: found[n]?.ownerEpoch ?? 0 }));
  await http.store.write(() => {
    insertSend(
      http.store,
      aSend({ app: 'shop', id, audience: { kind: 'explicit' }, createdAt: http.clock.now(), conversion: order, ...facts }),
    );
    insertPage(http.store, { ...planned, entries, batches: [batch] });
  });
  const results = installations.map((one, n) => ({
    outcome: failed.includes(one) ? ('token_invalid' as const) : ('accepted' as const),
    reason: null,
    messages: IndexSet.of([n]),
  }));
  const final = IndexSet.upTo(installations.length);
  await part(ResultRepository).save({ ...noResult(batch, 'shop'), revision: 1, results, final, updatedAt: http.clock.now() }, []);
  await part(AwaitConversions).execute('shop', batch.id);
  return () => part(AwaitConversions).execute('shop', batch.id);
}

async function opened(sendId: string, installation: string): Promise<void> {
  const receipt = part(ReceiptSigner).sign('shop', sendId, [installation]).text(0);
  const body = [{ receipt, kind: 'opened', at: new Date(http.clock.now()).toISOString() }];
  expect(await http.call('POST', '/v1/apps/shop/receipts', { body })).toMatchObject({ body: { added: 1 } });
}

const did = (
  properties: Readonly<Record<string, unknown>> = { total: 20 },
  externalId = 'kim',
  name = 'order_placed',
  at = http.clock.now(),
) => part(ConvertMessages).execute({ app: 'shop', externalId, name, at, properties });
const counts = (sendId = spring) => part(ConversionReader).countsOf('shop', sendId);
const none = { count: 0, value: 0, after: { opened: 0, accepted: 0 } };

describe('a conversion', () => {
  it('is the event of the user after a message was accepted, once for each message, with its value', async () => {
    const again = await accepted(spring, ['phone', 'other']);
    http.clock.advance(hour);

    await did({ total: 20.5 });
    http.clock.advance(1);
    await did({ total: 99 });
    await again();

    expect(await counts()).toEqual({ count: 1, value: 20.5, after: { opened: 0, accepted: 1 } });
  });

  it('comes after the message was opened where it was, though that is known by its receipt alone', async () => {
    await accepted(spring, ['phone']);
    http.clock.advance(hour / 2);
    await opened(spring, 'phone');
    http.clock.advance(hour);

    await did();

    expect(await counts()).toEqual({ count: 1, value: 20, after: { opened: 1, accepted: 0 } });
  });

  it('is none of another event, another user, a time before or after, a message that failed, or a send that names no event', async () => {
    await accepted(spring, ['phone'], {}, ['phone']);
    await accepted(summer, ['other']);
    await accepted('c0000000-0000-5000-8000-000000000003', ['phone'], { conversion: undefined } as never);

    await did();
    await did({}, 'lee', 'page_seen');
    await did({}, 'lee', 'order_placed', http.clock.now() - 1);
    await did({}, 'nobody');
    http.clock.advance(hour + 1);
    await did({}, 'lee');

    expect([await counts(), await counts(summer)]).toEqual([none, none]);
  });

  it('counts for one message of a send where a user has several, the opened one, however often it is told', async () => {
    await accepted(spring, ['phone', 'tablet']);
    await accepted(summer, ['tablet']);
    await opened(spring, 'tablet');

    await did();
    await did();

    expect(await counts()).toEqual({ count: 1, value: 20, after: { opened: 1, accepted: 0 } });
    expect(await counts(summer)).toMatchObject({ count: 1 });
    const told = eventsIn(http.store).filter(({ type }) => type === 'message.converted.v1');
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
    expect(told[0]?.data).toMatchObject({ sendId: spring, installationId: 'tablet', event: 'order_placed', after: 'opened', value: 20 });
    expect(
      (await part(ConversionReader).findByIds('shop', [messageId(spring, 'tablet')])).get(messageId(spring, 'tablet'))?.converted,
    ).toMatchObject({ after: 'opened' });
  });

  it('is found where the event was told before the message was known to be accepted', async () => {
    const { userId } = (await part(UserRepository).findByExternalId('shop', 'kim'))!;
    await part(BehaviourRepository).count('shop', userId, [
      { id: '1', name: 'order_placed', at: http.clock.now(), properties: { total: 3 } },
    ]);
    await did({ total: 3 });

    await accepted(spring, ['phone', 'other']);
    await did({ total: 3 });

    expect(await counts()).toEqual({ count: 1, value: 3, after: { opened: 0, accepted: 1 } });
  });

  it('is none of whoever got the device later', async () => {
    await accepted(spring, ['phone']);
    await logIn('phone', 'lee');

    await did({}, 'lee');

    expect(await counts()).toEqual(none);
  });

  it('sums no value that is no number, and is explained', async () => {
    await accepted(spring, ['phone']);

    await did({ total: '20' });

    expect(await counts()).toMatchObject({ count: 1, value: 0 });
    const send = aSend({ app: 'shop', id: spring, audience: { kind: 'explicit' }, conversion: order });
    const { steps } = await part(ExplainInstallation).execute(send, 'phone');
    expect(steps).toContainEqual(expect.objectContaining({ step: 'converted', detail: expect.stringContaining('order_placed') as string }));
  });
});
