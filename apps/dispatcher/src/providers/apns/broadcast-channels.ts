import type { ChannelAnswer, ChannelErrand, ProviderCallFailure } from '#libs/access';
import { newId, note, type Clock } from '#libs/kernel';
import { z } from 'zod';
import { jsonObjectOf } from '../answer-body.ts';
import { callProvider, type CallAnswer } from '../provider-call.ts';
import type { Endpoint, SimulatedProvider } from '../provider-endpoints.ts';
import type { ProviderErrand } from '../provider-plug.ts';
import { failureOf, type OpenWay, type ProviderWay } from '../provider-way.ts';
import type { ApnsAccount } from './apns-protocol.ts';
import { classifyApns } from './classify.ts';
import type { ApnsSettings } from './settings.ts';

const endpoint = z.object({ host: z.string(), port: z.int(), ca: z.string() });
const simulatedChannels = z.object({ production: endpoint, sandbox: endpoint });

/** Apple's numbers for what it keeps. */
const policies = { none: 0, latest: 1 } as const;

/** Makes, shows, lists and deletes broadcast channels, for whoever asks at the desk (providers.md 1.8). Apple alone keeps them: no record of ours could say which there are. */
export class BroadcastChannels implements ProviderErrand<'apns_channel'> {
  readonly kind = 'apns_channel';

  constructor(
    private readonly settings: ApnsSettings,
    private readonly way: ProviderWay<ApnsAccount>,
    private readonly clock: Clock,
  ) {}

  /** Never rejects. */
  async execute(errand: ChannelErrand): Promise<ChannelAnswer> {
    try {
      const answer = await this.way.during(errand.app, (way) => this.#call(errand, way));
      return 'failure' in answer ? answer : (answerOf(errand, answer) ?? this.#refusal(answer));
    } catch (error) {
      note('broadcast channels could not be asked for', { app: errand.app, reason: error instanceof Error ? error.name : 'unknown' });
      return { failure: 'retry_later', reason: 'internal_fault' };
    }
  }

  async #call(errand: ChannelErrand, { account, authorization, simulated }: OpenWay<ApnsAccount>): ReturnType<typeof callProvider> {
    if (account.by !== 'key') return { kind: 'payload_bad', reason: 'push_type_needs_key' };
    if (!account.bundleIds.includes(errand.bundleId)) return { kind: 'wrong_sender', reason: 'bundle_not_configured' };
    const { host, port, ca } = this.#endpoint(errand.environment, simulated);
    const what = errand.do === 'list' ? 'all-channels' : 'channels';
    return callProvider({
      method: errand.do === 'create' ? 'POST' : errand.do === 'delete' ? 'DELETE' : 'GET',
      url: `https://${host}:${port}/1/apps/${encodeURIComponent(errand.bundleId)}/${what}`,
      ca,
      headers: { authorization, 'apns-request-id': newId(), ...('channelId' in errand && { 'apns-channel-id': errand.channelId }) },
      ...(errand.do === 'create' && { body: { 'message-storage-policy': policies[errand.storage], 'push-type': 'LiveActivity' } }),
    });
  }

  #endpoint(environment: ChannelErrand['environment'], simulated: SimulatedProvider | undefined): Endpoint {
    if (simulated) return simulatedChannels.parse(simulated.details?.['channels'])[environment];
    const { APNS_CHANNELS_HOST, APNS_CHANNELS_PORT, APNS_CHANNELS_SANDBOX_HOST, APNS_CHANNELS_SANDBOX_PORT, APNS_CA: ca } = this.settings;
    return environment === 'production'
      ? { host: APNS_CHANNELS_HOST, port: APNS_CHANNELS_PORT, ca }
      : { host: APNS_CHANNELS_SANDBOX_HOST, port: APNS_CHANNELS_SANDBOX_PORT, ca };
  }

  #refusal({ status, header, text }: CallAnswer): ProviderCallFailure {
    return failureOf(classifyApns({ status, header, body: () => text }, this.clock.now()));
  }
}

/** Undefined where the answer is none that Apple documents for a success. */
function answerOf(errand: ChannelErrand, { status, header, text }: CallAnswer): ChannelAnswer | undefined {
  switch (errand.do) {
    case 'create': {
      const channelId = header('apns-channel-id');
      return status === 201 && channelId !== undefined ? { channelId, storage: errand.storage } : undefined;
    }
    case 'list': {
      const { channels } = jsonObjectOf(text);
      if (status !== 200 || !Array.isArray(channels)) return undefined;
      return { channels: channels.filter((channel) => typeof channel === 'string') };
    }
    case 'show': {
      const policy = jsonObjectOf(text)['message-storage-policy'];
      if (status !== 200 || (policy !== 0 && policy !== 1)) return undefined;
      return { channelId: errand.channelId, storage: policy === 1 ? 'latest' : 'none' };
    }
    case 'delete':
      return status === 204 || status === 200 ? { done: true } : undefined;
  }
}
