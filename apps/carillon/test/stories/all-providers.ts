import { BUILT_PROVIDERS, messageId, type BuiltProvider } from '#libs/kernel';
import { createHash } from 'node:crypto';
import { DEMO_PROVIDERS } from '../../src/demo/demo-providers.ts';
import type { Simulators } from '../crash/simulators.ts';
import { until, type RunningPlatform } from '../support/platform.ts';
import { running } from '../support/running.ts';
import { Shop, addUp, type SendRecord } from '../support/shop.ts';

const minutes = 60_000;
const callsAtOnce = 64;
const throttledMs = 5_000;
const paused: BuiltProvider = 'hms';

/** Simulators slow enough for all that happens in the middle of a send, and windows small enough for it to have a middle. */
export const inSlowMotion = {
  simulators: { SIMULATOR_LATENCY_MS: '200', SIMULATOR_FCM_DEVICE_PER_MINUTE: '0' },
  settings: { CARILLON_DEMO: 'false', DISPATCH_WINDOW: '50' },
};

export interface KillablePlatform extends RunningPlatform {
  readonly simulators: Simulators;
  /** `kill -9` of what sends, and its next start. */
  killAndStart(): Promise<void>;
}

/** What phones of a provider are. */
const platforms: Readonly<Record<BuiltProvider, string>> = {
  ...{ apns: 'ios', fcm: 'android', wns: 'windows', webpush: 'web', adm: 'fireos', baidu: 'android', hms: 'android' },
};

export interface Phone {
  readonly id: string;
  readonly provider: BuiltProvider;
  readonly token: string;
  /** How its provider calls its token dead; null: it lives. */
  readonly dead: string | null;
}

type Standing = SendRecord & {
  readonly byProvider: Readonly<
    Record<string, { readonly targeted: number; readonly accepted: number; readonly failed: number; readonly remaining: number }>
  >;
  readonly waitingFor: readonly { readonly provider: string | null; readonly reason: string }[];
};

/** Of each hundred phones three are dead, by all that a provider says of the dead, and one is met by a provider that is down. */
export function crowdOf(provider: BuiltProvider, count: number): Phone[] {
  const { tokenOf, malformed } = DEMO_PROVIDERS[provider];
  const ends = ['invalid', malformed];
  return Array.from({ length: count }, (_, at) => {
    const hex = createHash('sha512').update(`${provider} ${at}`).digest('hex');
    const dead = at % 100 < 3 ? (ends[Math.floor(at / 100 + at) % ends.length] ?? 'invalid') : null;
    return { id: `${provider}-${at}`, provider, token: tokenOf(`${hex}${hex.slice(0, 32)}`), dead };
  });
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: callsAtOnce }, worker));
}

/** Registers them with tokens of their providers. */
export async function registerPhones(shop: Shop, phones: readonly Phone[]): Promise<void> {
  await inParallel(phones, ({ id, provider, token }) =>
    shop.register(id, {
      platform: platforms[provider],
      provider,
      token: token.startsWith('{') ? (JSON.parse(token) as object) : token,
    }),
  );
}

/**
 * A send to phones of every provider, of which some are dead and some meet a provider that is down, all of them are throttled for five seconds, one provider is paused,
 * and what sends is killed: each live phone is reached, each dead token purged with its reason, and the numbers are those of the simulators.
 */
export function allProvidersStory(count: number, start: () => Promise<KillablePlatform>): void {
  const platform = running(start);

  it(
    `reaches each live one of ${count} phones a provider, and purges the dead, whatever befalls it in the middle`,
    async () => {
      const { simulators } = platform();
      const shop = await Shop.open(platform(), 'every');
      const phones = BUILT_PROVIDERS.flatMap((provider) => crowdOf(provider, count));
      await registerPhones(shop, phones);
      await faultsOf(phones);
      await platform().call('POST', `/v1/apps/every/providers/${paused}/pause`);

      const { body: asked } = await shop.send({ to: { everyone: true }, message: { title: 'Bells' }, options: { ttl: 3_600 } }, 0);
      const show = async () => (await shop.call<Standing>('GET', `/sends/${asked.sendId}`)).body;
      await until(() => simulators.accepted(), (accepted) => accepted >= count, 2 * minutes); // prettier-ignore
      await throttleAll();
      await platform().killAndStart();

      const isReached = ({ byProvider }: Standing) =>
        Object.entries(byProvider).every(([provider, { remaining }]) => provider === paused || remaining === 0);
      const waiting = await until(show, (send) => send.state === 'sending' && isReached(send), 3 * minutes);
      expect(waiting.waitingFor).toContainEqual(expect.objectContaining({ provider: paused, reason: 'provider_paused' }));
      expect(await simulators.acceptedBy(paused as never)).toBe(0);
      await platform().call('POST', `/v1/apps/every/providers/${paused}/resume`);
      await shop.finished(asked.sendId, 3 * minutes);

      const send = await show();
      expect(send).toMatchObject({ state: 'done', outcomes: { token_invalid: phones.filter(({ dead }) => dead !== null).length } });
      expect(addUp(send.counts)).toBe(true);
      let copies = 0;
      for (const provider of BUILT_PROVIDERS) copies += await checkProvider(provider, send, phones);
      expect(copies).toBeLessThanOrEqual(send.counts.possibleDuplicates);
      await checkPurges(shop, phones.filter(({ dead }) => dead !== null)); // prettier-ignore
    },
    30 * minutes,
  );

  /** The dead are dead, and the first request of one in a hundred finds the provider down. */
  async function faultsOf(phones: readonly Phone[]): Promise<void> {
    const faults = phones.flatMap(({ provider, token, dead }) => (dead === null ? [] : [{ provider, token, behaviour: dead }]));
    const down = BUILT_PROVIDERS.map((provider) => ({ provider, share: 0.01, behaviour: 'unavailable:1', times: 1 }));
    for (let from = 0; from < faults.length; from += 10_000) await put(faults.slice(from, from + 10_000));
    await put(down);
  }

  async function throttleAll(): Promise<void> {
    await put(BUILT_PROVIDERS.map((provider) => ({ provider, share: 1, behaviour: 'throttled:2' })));
    await new Promise((resolve) => setTimeout(resolve, throttledMs)); // it is the outage that has a length
    await put(BUILT_PROVIDERS.map((provider) => ({ provider, behaviour: 'ok' })));
  }

  async function put(faults: readonly object[]): Promise<void> {
    const { status, body } = await platform().simulator('PUT', '/faults', faults);
    if (status >= 300) throw new Error(JSON.stringify(body));
  }

  /** Answers how many copies of messages the provider took beside the first ones. */
  async function checkProvider(provider: BuiltProvider, send: Standing, phones: readonly Phone[]): Promise<number> {
    const { body } = await platform().simulator<{ receipt: string }[]>('GET', `/ledger?provider=${provider}&send=${send.id}`);
    const taken = body.map(({ receipt }) => receipt.slice(0, 36)).sort();
    const own = phones.filter((phone) => phone.provider === provider);
    const live = own.filter(({ dead }) => dead === null).map(({ id }) => messageId(send.id, id));
    expect([provider, [...new Set(taken)]]).toEqual([provider, live.sort()]);
    const failed = own.length - live.length;
    expect(send.byProvider[provider]).toMatchObject({ targeted: own.length, accepted: live.length, failed, remaining: 0 });
    return taken.length - live.length;
  }

  async function checkPurges(shop: Shop, dead: readonly Phone[]): Promise<void> {
    const lineOf = async ({ id }: Phone) =>
      (await shop.call<{ items: { event: string; reason: string }[] }>('GET', `/installations/${id}/ledger`)).body.items[0];
    await inParallel(dead, async (phone) => {
      const line = await until(() => lineOf(phone), (found) => found?.event === 'invalidated', 2 * minutes); // prettier-ignore
      expect(line?.reason).toMatch(/^[\w.-]+$/);
    });
  }
}
