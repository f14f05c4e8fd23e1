import { webPushFields } from '#libs/access';
import { BoundedMap, PushToken, type Clock, type ProviderName } from '#libs/kernel';
import { z } from 'zod';
import type { Answer, Destination } from '../../transport/transport.ts';
import type { ProviderCredential } from '../credential-source.ts';
import type { Outcome } from '../outcome.ts';
import { PartGates } from '../part-gates.ts';
import type { SimulatedProvider } from '../provider-endpoints.ts';
import type { Authorization, BuiltRequest, ProbeAddress, ProviderAccount, ProviderProtocol } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { classifyWebPush } from './classify.ts';
import { OriginGates } from './origin-gates.ts';
import { buildWebPushRequest, type WebPushWay } from './request.ts';
import type { WebPushSettings } from './settings.ts';
import { originOf, subscriptionOf, type Subscription } from './subscription.ts';
import { VapidTokens, vapidKey, type VapidKey } from './vapid.ts';

const accountFields = z.object(webPushFields.shape);
const maxDestinations = 200;
/** Subscriptions that turned out to belong to an older key pair. */
const maxRemembered = 100_000;

export interface WebPushAccount extends ProviderAccount {
  /** The present one first. */
  readonly vapidKeys: readonly VapidKey[];
  readonly simulated: SimulatedProvider | undefined;
  /** Where it has sent to, by origin. */
  readonly origins: BoundedMap<Destination>;
}

/** Of nobody: the point that P-256 begins with, and a push service that no name server knows. */
const exampleSubscription = JSON.stringify({
  endpoint: 'https://push.invalid/carillon',
  keys: {
    p256dh: 'BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
    auth: 'AAAAAAAAAAAAAAAAAAAAAA',
  },
});

/** Push services of browsers (RFC 8030, 8291, 8292). Each is a destination of its own, which holds up none of the others. */
export class WebPushProtocol implements ProviderProtocol<WebPushAccount> {
  readonly example: ProbeAddress = {
    token: new PushToken(exampleSubscription),
    platform: 'web',
    environment: 'production',
    bundleId: null,
  };
  readonly name: ProviderName = 'webpush';
  readonly #tokens: VapidTokens;
  readonly #gates = new OriginGates();
  /** Push services that refuse what an account signs. */
  readonly #pauses = new PartGates();
  /** By endpoint: which of its account's key pairs. Of the subscriptions that do not say it themselves. */
  readonly #keyOf = new BoundedMap<number>(maxRemembered);

  constructor(
    private readonly settings: WebPushSettings,
    private readonly clock: Clock,
  ) {
    this.#tokens = new VapidTokens(clock);
  }

  account(credential: ProviderCredential, simulated: SimulatedProvider | undefined): WebPushAccount {
    const { publicKey, privateKey, subject, previousKeys = [] } = accountFields.parse(simulated?.account ?? credential.fields);
    const origins = new BoundedMap<Destination>(maxDestinations);
    return {
      key: `webpush:${credential.id}@${simulated ? `${simulated.host}:${simulated.port}` : ''}`,
      destinations: [],
      namedByAddresses: () => [...origins.keys()].flatMap((origin) => origins.get(origin) ?? []),
      vapidKeys: [{ publicKey, privateKey }, ...previousKeys].map((pair) => vapidKey(pair, subject)),
      simulated,
      origins,
    };
  }

  /** Who sends is said to each push service in its own words. */
  authorize(): Promise<Authorization> {
    return Promise.resolve({ header: '' });
  }

  renew({ key: account, origins, vapidKeys }: WebPushAccount): Promise<boolean> {
    const renewed = [...origins.keys()].filter((origin) => vapidKeys.map((key) => this.#tokens.renew(origin, key)).includes(true));
    for (const origin of renewed) this.#pauses.lift(account, origin); // what was refused goes once more, with another signature
    return Promise.resolve(renewed.length > 0);
  }

  build(request: ProviderRequest, positions: readonly number[], account: WebPushAccount): BuiltRequest {
    const now = this.clock.now();
    const way: WebPushWay = {
      destinationOf: (subscription) => this.#destination(account, subscription),
      keyOf: (subscription) => this.#key(account, subscription),
      authorization: (origin, key) => this.#tokens.of(origin, key),
      obstacle: (origin) => pausedOutcome(this.#gates.pauseOf(origin, now)) ?? this.#pauses.obstacle(account.key, origin, now),
    };
    return buildWebPushRequest(request, positions, way, now);
  }

  classify(answer: Answer, { token }: Recipient, { key }: WebPushAccount): Outcome {
    const now = this.clock.now();
    const outcome = classifyWebPush(answer, token, now);
    const origin = originOf(token);
    if (origin === undefined) return outcome;
    this.#gates.observe(origin, outcome, now);
    this.#pauses.observe(key, origin, outcome, now);
    return outcome;
  }

  /** A push service that does not answer, or cannot be reached, is left alone in the end. */
  unanswered(outcome: Outcome, { token }: Recipient): void {
    const origin = originOf(token);
    const isUnprocessed = outcome.kind === 'retry_later' && outcome.afterMs === 0; // and may go at once: no fault of anybody's
    if (origin !== undefined && !isUnprocessed) this.#gates.observe(origin, outcome, this.clock.now());
  }

  /** A subscription that does not say with which key pair it was made is tried with one after the other; which it was is remembered. */
  hasOtherSender({ vapidKeys }: WebPushAccount, { token }: Recipient): boolean {
    const subscription = subscriptionOf(token);
    if (!subscription || subscription.applicationServerKey !== undefined) return false;
    const next = (this.#keyOf.get(subscription.endpoint) ?? 0) + 1;
    if (next >= vapidKeys.length) {
      this.#keyOf.delete(subscription.endpoint);
      return false;
    }
    this.#keyOf.set(subscription.endpoint, next);
    return true;
  }

  #key({ vapidKeys }: WebPushAccount, { endpoint, applicationServerKey }: Subscription): VapidKey | undefined {
    if (applicationServerKey !== undefined) return vapidKeys.find(({ publicKey }) => publicKey === applicationServerKey);
    return vapidKeys[this.#keyOf.get(endpoint) ?? 0] ?? vapidKeys[0];
  }

  #destination({ key, simulated, origins }: WebPushAccount, { origin, host: authority }: Subscription): Destination {
    const known = origins.get(origin);
    if (known) return known;
    const { WEBPUSH_MAX_CONNECTIONS: maxConnections, PROVIDER_REQUEST_DEADLINE_MS: requestDeadlineMs } = this.settings;
    const limits = { maxConnections, maxStreams: 1, firstAlone: false, requestDeadlineMs };
    const url = new URL(origin);
    const { host, port, ca } = simulated ?? { host: url.hostname, port: Number(url.port || '443'), ca: undefined };
    const publicOnly = simulated === undefined;
    return origins.set(origin, { key: `${key}${origin}`, protocol: 'http/1.1', host, port, authority, publicOnly, ca, ...limits });
  }
}

function pausedOutcome(afterMs: number): Outcome | undefined {
  return afterMs === 0 ? undefined : { kind: 'retry_later', reason: 'push_service_paused', faultOf: 'provider', afterMs };
}
