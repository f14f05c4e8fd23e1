import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Platform, until } from '../support/platform.ts';
import { Shop, sum, type SendRecord } from '../support/shop.ts';
import { OtlpReceiver } from '../trace/otlp-receiver.ts';

const day = 86_400_000;
const minute = 60_000;
const message = { title: 'Bells' };

/** A platform on which everything has happened that a metric, a panel or an alert can tell of. */
export class ObservedPlatform {
  readonly #gone: Server = createServer((_request, response) => response.writeHead(410, { connection: 'close' }).end());

  private constructor(
    readonly platform: Platform,
    private readonly receiver: OtlpReceiver,
    private readonly shop: Shop,
    private readonly quarry: Shop,
    private readonly absent: Shop,
  ) {}

  /** With installations, a credential that ends in 20 days and a provider that is paused; nothing was sent yet. */
  static async open(): Promise<ObservedPlatform> {
    const receiver = await OtlpReceiver.open();
    const platform = await receiver.closedOnFailure(
      Platform.start({ CARILLON_DEMO: 'false', OUTBOUND_ALLOW: '127.0.0.1', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }),
    );
    const [shop, quarry, absent] = [
      await Shop.open(platform, 'shop'),
      await Shop.open(platform, 'quarry'),
      await Shop.open(platform, 'absent'),
    ];
    const p8 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    await platform.call('PUT', '/v1/apps/real', { name: 'real' });
    const credential = {
      teamId: 'ABCDE12345',
      keyId: 'FGHIJ67890',
      privateKey: p8,
      expiresAt: new Date(performance.timeOrigin + 20 * day),
    };
    await platform.call('PUT', '/v1/apps/real/credentials/apns?check=false', credential);
    await platform.call('POST', '/v1/apps/real/providers/fcm/pause');
    const observed = new ObservedPlatform(platform, receiver, shop, quarry, absent);
    await observed.#register();
    return observed;
  }

  /** Sends that go out, that meet the dead, the throttling, the unknown and the absent, and an event that nobody can handle. */
  async letThingsHappen(): Promise<void> {
    const { shop, quarry, absent } = this;
    await shop.call('PUT', '/webhooks/gone', { url: await this.#receiverThatIsGone(), types: ['message.*'] });
    await shop.send({ to: { everyone: true }, message });
    const { body } = await shop.send({ to: { users: ['kim'] }, message, options: { purpose: 'transactional' } });
    const receipt = { kind: 'received', at: new Date().toISOString() };
    await shop.call(
      'POST',
      '/installations/phone-1/receipts',
      [body.sendId, randomUUID()].map((sendId) => ({ sendId, ...receipt })),
    );
    await quarry.send({ to: { everyone: true }, message });
    await shop.register('phone-1', { appVersion: '2' });
    await absent.call<SendRecord>('POST', '/sends', { to: { everyone: true }, message }, { 'idempotency-key': 'absent' });
    const envelope = { specversion: '1.0', id: 'dead', source: '/shop', type: 'user.updated.v1' };
    const tags = Array.from({ length: 61 }, (_, n) => `tag-${n}`); // one more than the app allows
    const unhandled = { ...envelope, data: { app: 'shop', externalId: 'kim', tags } };
    await this.platform.call('POST', '/v1/events', unhandled, { headers: { 'content-type': 'application/cloudevents+json' } });
    await this.#until('carillon_webhooks_disabled', 1);
    await this.#until('carillon_dead_letters', 1);
    await this.#until('carillon_purges_held', 60);
    await this.#until('carillon_tokens_removed_total', 2);
    await this.#until('carillon_parked_batches', 1);
    await this.#until('carillon_possible_duplicates_total', 1);
  }

  /** More of what was seen before: a counter that Prometheus first sees at its last value has not risen for it. */
  async letMoreHappen(): Promise<void> {
    await this.quarry.send({ to: { everyone: true }, message });
    await this.shop.send({ to: { users: ['kim'] }, message, options: { purpose: 'transactional' } });
  }

  /** What `/metrics` says. */
  async metrics(): Promise<string> {
    return (await this.platform.call<string>('GET', '/metrics')).body;
  }

  async close(): Promise<void> {
    await this.platform.end();
    this.receiver.close();
    this.#gone.close();
  }

  /** Of webhooks: answers 410 to all, so that what it is told of disables its webhook. */
  async #receiverThatIsGone(): Promise<string> {
    await new Promise<void>((resolve) => this.#gone.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#gone.address() as AddressInfo).port}/`;
  }

  async #register(): Promise<void> {
    const { shop, quarry, absent } = this;
    for (let at = 1; at <= 30; at += 1) {
      const token = await shop.register(`phone-${at}`, { externalId: at === 1 ? 'kim' : `user-${at}` });
      const behaviour = at <= 3 && at > 1 ? 'invalid' : at === 4 ? 'reset' : undefined;
      if (behaviour) await this.#fault({ provider: 'apns', token, behaviour, times: 1 });
    }
    await shop.call('PUT', '/installations/quiet', { platform: 'ios', provider: 'apns', permission: 'granted' });
    const hunted = await Promise.all(Array.from({ length: 240 }, (_, at) => quarry.register(`phone-${at}`)));
    await this.#fault(hunted.filter((_, at) => at % 4 === 0).map((token) => ({ provider: 'apns', token, behaviour: 'invalid' })));
    await this.#fault({ provider: 'fcm', share: 1, behaviour: 'unavailable' });
    const pixels = Array.from({ length: 40 }, (_, at) => `${String(at).padStart(22, 'x')}:APA91b${'y'.repeat(134)}`);
    await Promise.all(pixels.map((token, at) => absent.register(`pixel-${at}`, { platform: 'android', provider: 'fcm', token })));
  }

  async #fault(fault: object | readonly object[]): Promise<void> {
    await this.platform.simulator('PUT', '/faults', fault);
  }

  async #until(metric: string, atLeast: number): Promise<void> {
    await until(
      async () => valuesOf(await this.metrics(), metric),
      (values) => sum(values) >= atLeast,
      minute,
    );
  }
}

/** The samples of a metric by what stands before the value. */
function valuesOf(text: string, metric: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}
