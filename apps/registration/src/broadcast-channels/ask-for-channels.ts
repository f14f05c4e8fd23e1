import {
  CredentialNotFound,
  ProviderCallFailed,
  ProviderCallUnavailable,
  type ChannelAnswer,
  type ChannelErrand,
  type ChannelPlace,
  type ChannelStorage,
  type CredentialRepository,
  type ErrandDesk,
} from '#libs/access';
import { RequestInvalid } from '#libs/api';
import { PushError } from '#libs/kernel';

const answeredWithinMs = 20_000;
/** The other one says of an id that it is none that Apple makes. */
const unknownToApple: readonly string[] = ['ChannelNotRegistered', 'BadChannelId'];

/** Apple knows no broadcast channel of this id, of this app in this environment. */
export class ChannelNotFound extends PushError {
  readonly code = 'channel_not_found';
  readonly retryable = false;

  constructor(readonly channelId: string) {
    super(`Apple knows no broadcast channel ${channelId} of this app in this environment`);
  }
}

/** Where a caller looks for channels: of which of the app's bundle ids, the credential's first unless said. */
export interface AskedPlace {
  readonly bundleId?: string | undefined;
  readonly environment: ChannelPlace['environment'];
  /** Where in the request it is said. */
  readonly in: 'body' | 'query';
}

export interface Channel extends ChannelPlace {
  readonly channelId: string;
  readonly storage: ChannelStorage;
}

type Wanted = ChannelErrand extends infer E ? (E extends ChannelErrand ? Omit<E, 'app' | keyof ChannelPlace> : never) : never;

/**
 * Asks Apple for broadcast channels by way of a dispatcher. All throw CredentialNotFound, RequestInvalid for a bundle id that the credential does not list,
 * ProviderCallFailed, ProviderCallUnavailable.
 */
export class AskForChannels {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly desk: ErrandDesk,
  ) {}

  /** Each call makes one more. */
  async create(app: string, asked: AskedPlace, storage: ChannelStorage): Promise<Channel> {
    const place = await this.#place(app, asked);
    const answer = await this.#ask(app, place, { do: 'create', storage });
    return { ...place, ...shownIn(answer) };
  }

  async list(app: string, asked: AskedPlace): Promise<ChannelPlace & { readonly channels: readonly string[] }> {
    const place = await this.#place(app, asked);
    const answer = await this.#ask(app, place, { do: 'list' });
    return { ...place, channels: 'channels' in answer ? answer.channels : [] };
  }

  /** Throws ChannelNotFound beside. */
  async show(app: string, asked: AskedPlace, channelId: string): Promise<Channel> {
    const place = await this.#place(app, asked);
    const answer = await this.#ask(app, place, { do: 'show', channelId });
    if (isUnknown(answer)) throw new ChannelNotFound(channelId);
    return { ...place, ...shownIn(answer) };
  }

  /** Safe to repeat. */
  async delete(app: string, asked: AskedPlace, channelId: string): Promise<void> {
    await this.#ask(app, await this.#place(app, asked), { do: 'delete', channelId });
  }

  async #place(app: string, { bundleId, environment, in: place }: AskedPlace): Promise<ChannelPlace> {
    const credential = await this.credentials.find(app, 'apns');
    if (!credential) throw new CredentialNotFound('apns');
    const [first = ''] = credential.bundleIds;
    if (bundleId !== undefined && !credential.bundleIds.includes(bundleId))
      throw new RequestInvalid([
        { pointer: '/bundleId', message: 'The APNs credential lists no such bundle id', ...(place === 'query' && { in: place }) },
      ]);
    return { bundleId: bundleId ?? first, environment };
  }

  /** What Apple says of a channel that it does not know is an answer. */
  async #ask(app: string, place: ChannelPlace, wanted: Wanted): Promise<ChannelAnswer> {
    const answer = await this.desk.ask('apns_channel', { app, ...place, ...wanted }, answeredWithinMs);
    if (!answer) throw new ProviderCallUnavailable('apns');
    if ('failure' in answer && !('channelId' in wanted && isUnknown(answer))) throw new ProviderCallFailed('apns', answer);
    return answer;
  }
}

function isUnknown(answer: ChannelAnswer): boolean {
  return 'failure' in answer && unknownToApple.includes(answer.reason);
}

function shownIn(answer: ChannelAnswer): Pick<Channel, 'channelId' | 'storage'> {
  if ('storage' in answer) return { channelId: answer.channelId, storage: answer.storage };
  throw new ProviderCallFailed('apns', { failure: 'unknown', reason: 'no_result' });
}
