import { wnsFields } from '#libs/access';
import { BoundedMap, PushToken, type Clock, type ProviderName } from '#libs/kernel';
import type { Answer, Destination } from '../../transport/transport.ts';
import { AccessTokens, type TokenExchange } from '../access-tokens.ts';
import type { ProviderCredential } from '../credential-source.ts';
import { clientCredentialsExchange } from '../oauth-exchange.ts';
import type { Outcome } from '../outcome.ts';
import type { SimulatedProvider } from '../provider-endpoints.ts';
import type { Authorization, BuiltRequest, ProbeAddress, ProviderAccount, ProviderProtocol } from '../provider-protocol.ts';
import type { ProviderRequest } from '../push-provider.ts';
import { tokenName, type SharedTokens } from '../shared-tokens.ts';
import { classifyWns } from './classify.ts';
import { buildWnsRequest, type WnsAddress } from './request.ts';
import type { WnsSettings } from './settings.ts';

/** Of one credential; channels name few hosts, one a region. */
const maxHosts = 200;
const entraScope = 'https://wns.windows.com/.default';
const packageScope = 'notify.windows.com';

export interface WnsAccount extends ProviderAccount, WnsAddress {
  /** Names the account's access token. */
  readonly tokenName: string;
  readonly exchange: TokenExchange;
}

/** Windows Push Notification Services. */
export class WnsProtocol implements ProviderProtocol<WnsAccount> {
  readonly example: ProbeAddress = {
    token: new PushToken('https://preview.notify.windows.com/?token=carillon'),
    platform: 'windows',
    environment: 'production',
    bundleId: null,
  };
  readonly name: ProviderName = 'wns';
  readonly #tokens: AccessTokens;

  constructor(
    private readonly settings: WnsSettings,
    shared: SharedTokens,
    private readonly clock: Clock,
  ) {
    this.#tokens = new AccessTokens(shared, clock);
  }

  account(credential: ProviderCredential, simulated: SimulatedProvider | undefined): WnsAccount {
    const ca = simulated ? simulated.ca : this.settings.WNS_CA;
    const { url, client } = this.#tokenRequest(credential, simulated);
    const destinations = new BoundedMap<Destination>(maxHosts);
    return {
      key: `${credential.id}@${url}`,
      destinations: [],
      namedByAddresses: () => destinations.values(),
      hasAllKinds: client.scope === packageScope,
      at: (host) => destinations.get(host) ?? destinations.set(host, this.#destination(credential.id, host, simulated)),
      tokenName: tokenName('wns', url, client.client_id, client.client_secret),
      exchange: clientCredentialsExchange({ url, ca }, client, this.clock),
    };
  }

  authorize({ tokenName: name, exchange }: WnsAccount): Promise<Authorization | Outcome> {
    return this.#tokens.of(name, exchange);
  }

  renew({ tokenName: name, exchange }: WnsAccount, refused: string): Promise<boolean> {
    return this.#tokens.renew(name, refused, exchange);
  }

  build(request: ProviderRequest, positions: readonly number[], account: WnsAccount, authorization: Authorization): BuiltRequest {
    return buildWnsRequest(request, positions, account, authorization, this.clock.now());
  }

  classify(answer: Answer): Outcome {
    return classifyWns(answer, this.clock.now());
  }

  /** Two systems that know nothing of each other's channels (providers.md 3.1). */
  #tokenRequest({ fields }: ProviderCredential, simulated: SimulatedProvider | undefined) {
    const read = wnsFields(simulated?.account ?? fields);
    const { clientSecret: client_secret } = read;
    if ('packageSid' in read) {
      const url = simulated?.tokenUrl ?? this.settings.WNS_TOKEN_URL;
      return { url, client: { client_id: read.packageSid, client_secret, scope: packageScope } };
    }
    const url = `${this.settings.WNS_ENTRA_URL.replace(/\/+$/, '')}/${read.tenantId}/oauth2/v2.0/token`;
    return { url, client: { client_id: read.clientId, client_secret, scope: entraScope } };
  }

  #destination(id: string, channelHost: string, simulated: SimulatedProvider | undefined): Destination {
    const {
      WNS_HOST,
      WNS_PORT,
      WNS_CA,
      WNS_MAX_CONNECTIONS: maxConnections,
      PROVIDER_REQUEST_DEADLINE_MS: requestDeadlineMs,
    } = this.settings;
    const { host, port, ca } = simulated ?? { host: WNS_HOST ?? channelHost, port: WNS_PORT, ca: WNS_CA };
    const common = { protocol: 'http/1.1', host, port, ca, maxConnections, maxStreams: 1, firstAlone: false, requestDeadlineMs } as const;
    return { key: `wns:${id}@${host}:${port} ${channelHost}`, authority: channelHost, publicOnly: host === channelHost, ...common };
  }
}
