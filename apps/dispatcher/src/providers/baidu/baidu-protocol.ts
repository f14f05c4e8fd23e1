import { baiduFields } from '#libs/access';
import { PushToken, type Clock, type ProviderName } from '#libs/kernel';
import { z } from 'zod';
import type { Answer, Destination } from '../../transport/transport.ts';
import type { ProviderCredential } from '../credential-source.ts';
import type { Outcome } from '../outcome.ts';
import type { Endpoint, SimulatedProvider } from '../provider-endpoints.ts';
import type { Authorization, BuiltRequest, ProbeAddress, ProviderAccount, ProviderProtocol } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { classifyBaidu } from './classify.ts';
import { buildBaiduRequest, type BaiduAddress } from './request.ts';
import type { BaiduSettings } from './settings.ts';

interface BaiduAccount extends ProviderAccount, BaiduAddress {
  /** The same app at the host that is asked while the first one is down. */
  readonly alternate: BaiduAccount | undefined;
}

/** A signature holds for ten minutes: an offset below this is none that Baidu would mind. */
const leastOffsetMs = 60_000;
const httpsPort = 443;
const endpoint = z.object({ host: z.string(), port: z.int(), ca: z.string() });

/** Baidu Push, REST API 3.0. */
export class BaiduProtocol implements ProviderProtocol<BaiduAccount> {
  readonly example: ProbeAddress = { token: new PushToken('1000000000'), platform: 'android', environment: 'production', bundleId: null };
  readonly name: ProviderName = 'baidu';
  /** Baidu's clock before ours, ms: learnt where Baidu calls a timestamp expired. */
  #offsetMs = 0;

  constructor(
    private readonly settings: BaiduSettings,
    private readonly clock: Clock,
  ) {}

  account(credential: ProviderCredential, simulated: SimulatedProvider | undefined): BaiduAccount {
    const { BAIDU_HOST, BAIDU_ALTERNATE_HOST, BAIDU_PORT: port, BAIDU_CA: ca } = this.settings;
    const account = baiduFields.parse(simulated?.account ?? credential.fields);
    const first = simulated ?? { host: BAIDU_HOST, port, ca };
    const second = simulated ? alternateOf(simulated) : { host: BAIDU_ALTERNATE_HOST, port, ca };
    const isAnother = second && (second.host !== first.host || second.port !== first.port);
    const alternate = isAnother ? { ...account, ...this.#wayTo(credential, second), alternate: undefined } : undefined;
    return { ...account, ...this.#wayTo(credential, first), alternate };
  }

  /** Who sends is signed in each request; what may differ is the time, which no header says. */
  authorize(): Promise<Authorization> {
    return Promise.resolve({ header: String(this.#offsetMs) });
  }

  /** True where Baidu has told another time than that of the refused signatures: the messages go again with it. */
  renew(_: BaiduAccount, refused: string): Promise<boolean> {
    return Promise.resolve(Math.abs(this.#offsetMs - Number(refused)) >= leastOffsetMs);
  }

  build(request: ProviderRequest, positions: readonly number[], account: BaiduAccount): BuiltRequest {
    const now = this.clock.now();
    return buildBaiduRequest(request, positions, account, now, now + this.#offsetMs);
  }

  classify(answer: Answer, { isRepeat }: Recipient): Outcome {
    const now = this.clock.now();
    const outcome = classifyBaidu(answer, isRepeat, now);
    if (outcome.kind !== 'credentials_bad' || !outcome.refreshable) return outcome;
    const told = Date.parse(answer.header('date') ?? '');
    if (Number.isNaN(told)) return outcome;
    this.#offsetMs = told - now;
    return { ...outcome, clockAheadMs: now - told };
  }

  /** Too short to be anybody's. */
  probes(): readonly ProbeAddress[] {
    return [this.example];
  }

  elsewhere({ alternate }: BaiduAccount): BaiduAccount | undefined {
    return alternate;
  }

  #wayTo({ id }: ProviderCredential, { host, port, ca }: Endpoint) {
    const { BAIDU_MAX_CONNECTIONS: maxConnections, PROVIDER_REQUEST_DEADLINE_MS: requestDeadlineMs } = this.settings;
    const key = `baidu:${id}@${host}:${port}`;
    const destination: Destination = {
      ...{ key, protocol: 'http/1.1', host, port, ca },
      ...{ maxConnections, maxStreams: 1, firstAlone: false, requestDeadlineMs },
    };
    const origin = `https://${host}${port === httpsPort ? '' : `:${port}`}`;
    return { key, destination, destinations: [destination], origin };
  }
}

function alternateOf({ details }: SimulatedProvider): Endpoint | undefined {
  return endpoint.safeParse(details?.['alternate']).data;
}
