import { PushToken, type Clock, type ProviderName } from '#libs/kernel';
import { objectIn, type RenderedMessage } from '#libs/sends';
import type { Answer, Destination } from '../../transport/transport.ts';
import { AccessTokens, type TokenExchange } from '../access-tokens.ts';
import type { ProviderCredential } from '../credential-source.ts';
import type { TokenEndpoint } from '../oauth-exchange.ts';
import type { Outcome } from '../outcome.ts';
import { PartGates } from '../part-gates.ts';
import type { SimulatedProvider } from '../provider-endpoints.ts';
import type { Authorization, BuiltRequest, ProbeAddress, ProviderAccount, ProviderProtocol } from '../provider-protocol.ts';
import type { ProviderQuota, ProviderRequest, Recipient } from '../push-provider.ts';
import { tokenName, type SharedTokens } from '../shared-tokens.ts';
import { isTypeOfOtherTokens } from '../apns/apns-headers.ts';
import { classifyFcm } from './classify.ts';
import { exchangeAssertion, fcmAccountFields, type ServiceAccount } from './credentials.ts';
import { familyOf } from './message.ts';
import { buildFcmRequest, type FcmAddress } from './request.ts';
import type { FcmSettings } from './settings.ts';

/** One more at once, and FCM ends the connection (providers.md 2.3). */
const maxStreams = 100;

export interface FcmAccount extends ProviderAccount, FcmAddress {
  readonly serviceAccount: ServiceAccount;
  readonly tokenEndpoint: TokenEndpoint;
  /** Names the account's access token. */
  readonly tokenName: string;
}

/** Firebase Cloud Messaging, HTTP v1. */
export class FcmProtocol implements ProviderProtocol<FcmAccount> {
  readonly example: ProbeAddress = {
    token: new PushToken('carillon-checks-a-credential'),
    platform: 'android',
    environment: 'production',
    bundleId: null,
  };
  readonly name: ProviderName = 'fcm';
  readonly #tokens: AccessTokens;
  /** Platforms whose key FCM holds and finds wrong. */
  readonly #pauses = new PartGates();

  constructor(
    private readonly settings: FcmSettings,
    shared: SharedTokens,
    private readonly clock: Clock,
  ) {
    this.#tokens = new AccessTokens(shared, clock);
  }

  account(credential: ProviderCredential, simulated: SimulatedProvider | undefined): FcmAccount {
    const { serviceAccount } = fcmAccountFields.parse(simulated?.account ?? credential.fields);
    const destination = this.#destination(credential, simulated);
    // Never where the key file says: whoever writes that file must not choose whom this server talks to.
    const url = simulated?.tokenUrl ?? this.settings.FCM_TOKEN_URL;
    return {
      key: destination.key,
      destination,
      destinations: [destination],
      projectId: serviceAccount.project_id,
      serviceAccount,
      tokenEndpoint: { url, ca: destination.ca },
      tokenName: tokenName('fcm', serviceAccount.client_email, serviceAccount.private_key, url),
    };
  }

  /** Of the project, whichever apps send with it (providers.md 2.3). Simulated projects have none of their own. */
  quotaOf({ simulated, fields }: ProviderCredential): ProviderQuota | undefined {
    const project = objectIn(fields['serviceAccount'])['project_id'];
    const { FCM_QUOTA_PER_MINUTE: perMinute } = this.settings;
    return simulated || perMinute === 0 || typeof project !== 'string' ? undefined : { name: `fcm:${project}`, perMinute };
  }

  authorize(account: FcmAccount): Promise<Authorization | Outcome> {
    return this.#tokens.of(account.tokenName, this.#exchangeOf(account));
  }

  renew(account: FcmAccount, refused: string): Promise<boolean> {
    return this.#tokens.renew(account.tokenName, refused, this.#exchangeOf(account));
  }

  build(request: ProviderRequest, positions: readonly number[], account: FcmAccount, authorization: Authorization): BuiltRequest {
    const now = this.clock.now();
    return buildFcmRequest(request, positions, account, authorization, now, (family) => this.#pauses.obstacle(account.key, family, now));
  }

  probes(): readonly ProbeAddress[] {
    return [this.example];
  }

  isForOtherTokens({ overrides }: RenderedMessage): boolean {
    return isTypeOfOtherTokens(objectIn(overrides?.fcm?.['apns'])['headers']);
  }

  classify(answer: Answer, { platform }: Recipient, { key }: FcmAccount): Outcome {
    const now = this.clock.now();
    const outcome = classifyFcm(answer, now);
    this.#pauses.observe(key, familyOf(platform), outcome, now);
    return outcome;
  }

  #exchangeOf({ serviceAccount, tokenEndpoint }: FcmAccount): TokenExchange {
    return () => exchangeAssertion(serviceAccount, tokenEndpoint, this.clock);
  }

  #destination({ id }: ProviderCredential, simulated: SimulatedProvider | undefined): Destination {
    const { FCM_HOST, FCM_PORT, FCM_CA, FCM_MAX_CONNECTIONS: maxConnections } = this.settings;
    const { host, port, ca } = simulated ?? { host: FCM_HOST, port: FCM_PORT, ca: FCM_CA };
    const requestDeadlineMs = this.settings.PROVIDER_REQUEST_DEADLINE_MS;
    return {
      key: `fcm:${id}@${host}:${port}`,
      protocol: 'h2',
      host,
      port,
      ca,
      maxConnections,
      maxStreams,
      firstAlone: false,
      requestDeadlineMs,
    };
  }
}
