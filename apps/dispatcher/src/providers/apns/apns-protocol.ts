import { PushToken, type Clock, type ProviderName } from '#libs/kernel';
import type { RenderedMessage } from '#libs/sends';
import type { Answer, Destination } from '../../transport/transport.ts';
import type { ProviderCredential } from '../credential-source.ts';
import type { Outcome } from '../outcome.ts';
import type { Endpoint, SimulatedProvider } from '../provider-endpoints.ts';
import type { Authorization, BuiltRequest, ProbeAddress, ProviderAccount, ProviderProtocol } from '../provider-protocol.ts';
import { copyOf, type ProviderRequest, type Recipient } from '../push-provider.ts';
import type { SharedTokens } from '../shared-tokens.ts';
import { isTypeOfOtherTokens } from './apns-headers.ts';
import { classifyApns } from './classify.ts';
import { ApnsTokens, readApnsFields, type ApnsKeyFields, type ApnsPair } from './credentials.ts';
import { buildApnsRequest, type ApnsAddress } from './request.ts';
import type { ApnsSettings } from './settings.ts';

/** APNs allows 1,000 streams a connection, and says so after the first push. */
const maxStreams = 1_000;
const maxProbedBundleIds = 10;

export interface ApnsAccount extends ProviderAccount, ApnsAddress {
  readonly fields: ApnsKeyFields | ApnsPair;
}

/** With a certificate the connection says who sends, and requests say nothing. */
const byConnection: Authorization = Object.freeze({ header: '' });

/** The Apple Push Notification service, with token or certificate authentication. */
export class ApnsProtocol implements ProviderProtocol<ApnsAccount> {
  readonly example: ProbeAddress = { token: new PushToken('00'), platform: 'ios', environment: 'production', bundleId: null };
  readonly name: ProviderName = 'apns';
  readonly #tokens: ApnsTokens;

  constructor(
    private readonly settings: ApnsSettings,
    shared: SharedTokens,
    private readonly clock: Clock,
  ) {
    this.#tokens = new ApnsTokens(shared, clock);
  }

  account(credential: ProviderCredential, simulated: SimulatedProvider | undefined): ApnsAccount {
    const { APNS_HOST, APNS_SANDBOX_HOST, APNS_PORT: port, APNS_CA: ca } = this.settings;
    const fields = readApnsFields(simulated?.account ?? credential.fields);
    const production = this.#destination(credential, fields, 'production', simulated ?? { host: APNS_HOST, port, ca });
    const sandbox = this.#destination(
      credential,
      fields,
      'sandbox',
      simulated?.sandbox ?? simulated ?? { host: APNS_SANDBOX_HOST, port, ca },
    );
    return {
      key: production.key,
      fields,
      bundleIds: credential.bundleIds,
      by: 'certificate' in fields ? 'certificate' : 'key',
      production,
      sandbox,
      destinations: [production, sandbox],
    };
  }

  async authorize({ key, fields }: ApnsAccount): Promise<Authorization | Outcome> {
    if ('certificate' in fields) return byConnection;
    try {
      return await this.#tokens.of(key, fields);
    } catch {
      return { kind: 'credentials_bad', reason: 'key_cannot_sign', refreshable: false };
    }
  }

  /** A token of the same period would be the same; only a new period has another. A certificate is what it is. */
  async renew({ key, fields }: ApnsAccount, refused: string): Promise<boolean> {
    return !('certificate' in fields) && (await this.#tokens.of(key, fields)).header !== refused;
  }

  build(request: ProviderRequest, positions: readonly number[], account: ApnsAccount, authorization: Authorization): BuiltRequest {
    return buildApnsRequest(request, positions, account, authorization);
  }

  probes({ bundleIds }: ApnsAccount): readonly ProbeAddress[] {
    const { token } = this.example;
    return bundleIds
      .slice(0, maxProbedBundleIds)
      .flatMap((bundleId) =>
        (['production', 'sandbox'] as const).map((environment) => ({ token, platform: 'ios', environment, bundleId }) as const),
      );
  }

  /** A token of a build from Xcode that is registered for production, or the other way round, is "bad" there. */
  otherEnvironment(recipient: Recipient, outcome: Outcome): Recipient | undefined {
    if (outcome.kind !== 'token_invalid' || outcome.reason !== 'BadDeviceToken') return undefined;
    return { ...copyOf(recipient), environment: recipient.environment === 'production' ? 'sandbox' : 'production' };
  }

  isForOtherTokens({ overrides }: RenderedMessage): boolean {
    return isTypeOfOtherTokens(overrides?.apns?.['headers']);
  }

  classify(answer: Answer): Outcome {
    return classifyApns(answer, this.clock.now());
  }

  #destination({ id }: ProviderCredential, fields: ApnsAccount['fields'], environment: string, { host, port, ca }: Endpoint): Destination {
    const { APNS_MAX_CONNECTIONS: maxConnections, PROVIDER_REQUEST_DEADLINE_MS: requestDeadlineMs } = this.settings;
    const key = `apns:${environment}:${id}@${host}:${port}`;
    const common = { key, protocol: 'h2', host, port, ca, maxConnections, maxStreams, requestDeadlineMs } as const;
    if (!('certificate' in fields)) return { ...common, firstAlone: true };
    // The handshake has told who it is, so nothing has to be proved by a first push.
    return { ...common, firstAlone: false, client: { cert: fields.certificate, key: fields.privateKey } };
  }
}
