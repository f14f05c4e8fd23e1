import { hmsFields } from '#libs/access';
import { PushToken, type Clock, type ProviderName } from '#libs/kernel';
import type { Answer, Destination } from '../../transport/transport.ts';
import { AccessTokens, type TokenExchange } from '../access-tokens.ts';
import type { ProviderCredential } from '../credential-source.ts';
import { clientCredentialsExchange } from '../oauth-exchange.ts';
import type { Outcome } from '../outcome.ts';
import type { SimulatedProvider } from '../provider-endpoints.ts';
import type { Authorization, BuiltRequest, ProbeAddress, ProviderAccount, ProviderProtocol } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { tokenName, type SharedTokens } from '../shared-tokens.ts';
import { classifyHms } from './classify.ts';
import { buildHmsRequest, type HmsAddress } from './request.ts';
import type { HmsSettings } from './settings.ts';

interface HmsAccount extends ProviderAccount, HmsAddress {
  readonly exchange: TokenExchange;
  /** Names the account's access token. */
  readonly tokenName: string;
}

/** Huawei Push Kit, v1. */
export class HmsProtocol implements ProviderProtocol<HmsAccount> {
  readonly example: ProbeAddress = {
    token: new PushToken('carillon-checks-a-credential'),
    platform: 'harmonyos',
    environment: 'production',
    bundleId: null,
  };
  readonly name: ProviderName = 'hms';
  readonly #tokens: AccessTokens;

  constructor(
    private readonly settings: HmsSettings,
    shared: SharedTokens,
    private readonly clock: Clock,
  ) {
    this.#tokens = new AccessTokens(shared, clock);
  }

  account(credential: ProviderCredential, simulated: SimulatedProvider | undefined): HmsAccount {
    const { appId, clientSecret } = hmsFields.parse(simulated?.account ?? credential.fields);
    const destination = this.#destination(credential, simulated);
    const url = simulated?.tokenUrl ?? this.settings.HMS_TOKEN_URL;
    const client = { client_id: appId, client_secret: clientSecret };
    return {
      key: destination.key,
      destination,
      destinations: [destination],
      appId,
      exchange: clientCredentialsExchange({ url, ca: destination.ca }, client, this.clock),
      tokenName: tokenName('hms', appId, clientSecret, url),
    };
  }

  authorize({ tokenName: name, exchange }: HmsAccount): Promise<Authorization | Outcome> {
    return this.#tokens.of(name, exchange);
  }

  renew({ tokenName: name, exchange }: HmsAccount, refused: string): Promise<boolean> {
    return this.#tokens.renew(name, refused, exchange);
  }

  build(request: ProviderRequest, positions: readonly number[], account: HmsAccount, authorization: Authorization): BuiltRequest {
    return buildHmsRequest(request, positions, account, authorization, this.clock.now());
  }

  /** Only looked at (`validate_only`). */
  probes(): readonly ProbeAddress[] {
    return [this.example];
  }

  classify(answer: Answer, { token }: Recipient): Outcome {
    return classifyHms(answer, token.reveal(), this.clock.now());
  }

  #destination({ id }: ProviderCredential, simulated: SimulatedProvider | undefined): Destination {
    const { HMS_HOST, HMS_PORT, HMS_CA, HMS_MAX_CONNECTIONS: maxConnections } = this.settings;
    const { host, port, ca } = simulated ?? { host: HMS_HOST, port: HMS_PORT, ca: HMS_CA };
    const requestDeadlineMs = this.settings.PROVIDER_REQUEST_DEADLINE_MS;
    return {
      key: `hms:${id}@${host}:${port}`,
      protocol: 'http/1.1',
      ...{ host, port, ca, maxConnections, maxStreams: 1, firstAlone: false, requestDeadlineMs },
    };
  }
}
