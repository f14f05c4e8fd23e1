import { admFields } from '#libs/access';
import { BoundedMap, PushToken, type Clock, type ProviderName } from '#libs/kernel';
import type { Answer, Destination } from '../../transport/transport.ts';
import { AccessTokens, type TokenExchange } from '../access-tokens.ts';
import type { ProviderCredential } from '../credential-source.ts';
import { clientCredentialsExchange } from '../oauth-exchange.ts';
import type { Outcome } from '../outcome.ts';
import type { SimulatedProvider } from '../provider-endpoints.ts';
import type { Authorization, BuiltRequest, ProbeAddress, ProviderAccount, ProviderProtocol } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { tokenName, type SharedTokens } from '../shared-tokens.ts';
import { classifyAdm } from './classify.ts';
import { buildAdmRequest, type AdmAddress } from './request.ts';
import type { AdmSettings } from './settings.ts';

const scope = 'messaging:push';
const maxUnchecked = 10_000;

export interface AdmAccount extends ProviderAccount, AdmAddress {
  /** Names the account's access token. */
  readonly tokenName: string;
  readonly exchange: TokenExchange;
}

/** Amazon Device Messaging. */
export class AdmProtocol implements ProviderProtocol<AdmAccount> {
  readonly example: ProbeAddress = {
    token: new PushToken('carillon-looks-at-a-message'),
    platform: 'android',
    environment: 'production',
    bundleId: null,
  };
  readonly name: ProviderName = 'adm';
  readonly #tokens: AccessTokens;
  /** Messages whose checksum was refused: they go once more, without. */
  readonly #unchecked = new BoundedMap<true>(maxUnchecked);

  constructor(
    private readonly settings: AdmSettings,
    shared: SharedTokens,
    private readonly clock: Clock,
  ) {
    this.#tokens = new AccessTokens(shared, clock);
  }

  account(credential: ProviderCredential, simulated: SimulatedProvider | undefined): AdmAccount {
    const { clientId: client_id, clientSecret: client_secret } = admFields.parse(simulated?.account ?? credential.fields);
    const url = simulated?.tokenUrl ?? this.settings.ADM_TOKEN_URL;
    const ca = simulated ? simulated.ca : this.settings.ADM_CA;
    const destination = this.#destination(credential, simulated);
    return {
      key: destination.key,
      destinations: [destination],
      destination,
      tokenName: tokenName('adm', url, client_id, client_secret),
      exchange: clientCredentialsExchange({ url, ca }, { client_id, client_secret, scope }, this.clock),
    };
  }

  authorize({ tokenName: name, exchange }: AdmAccount): Promise<Authorization | Outcome> {
    return this.#tokens.of(name, exchange);
  }

  renew({ tokenName: name, exchange }: AdmAccount, refused: string): Promise<boolean> {
    return this.#tokens.renew(name, refused, exchange);
  }

  build(request: ProviderRequest, positions: readonly number[], account: AdmAccount, authorization: Authorization): BuiltRequest {
    const isUnchecked = (messageId: string) => this.#unchecked.get(messageId) === true;
    return buildAdmRequest(request, positions, account, authorization, this.clock.now(), isUnchecked);
  }

  classify(answer: Answer, { messageId, token }: Recipient): Outcome {
    const outcome = classifyAdm(answer, token, this.clock.now());
    if (outcome.kind !== 'payload_bad' || outcome.reason !== 'InvalidChecksum' || this.#unchecked.get(messageId)) return outcome;
    this.#unchecked.set(messageId, true);
    return { kind: 'retry_later', reason: outcome.reason, faultOf: 'network' };
  }

  #destination({ id }: ProviderCredential, simulated: SimulatedProvider | undefined): Destination {
    const {
      ADM_HOST,
      ADM_PORT,
      ADM_CA,
      ADM_MAX_CONNECTIONS: maxConnections,
      PROVIDER_REQUEST_DEADLINE_MS: requestDeadlineMs,
    } = this.settings;
    const { host, port, ca } = simulated ?? { host: ADM_HOST, port: ADM_PORT, ca: ADM_CA };
    const common = { protocol: 'http/1.1', host, port, ca, maxConnections, maxStreams: 1, firstAlone: false, requestDeadlineMs } as const;
    return { key: `adm:${id}@${host}:${port}`, ...common };
  }
}
