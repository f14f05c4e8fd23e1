import type { ProviderCallFailure, TopicAnswer, TopicChange, TopicResult } from '#libs/access';
import { installationKey, note, type Clock } from '#libs/kernel';
import type { Installation, InstallationRepository } from '#libs/registry';
import { isJsonObject } from '#libs/sends';
import { jsonObjectOf, reasonOf } from '../answer-body.ts';
import { classifyFcm } from './classify.ts';
import type { FcmAccount } from './fcm-protocol.ts';
import { isFid } from './request.ts';
import type { LibraryAnswer } from '../../transport/library-transport.ts';
import type { Destination } from '../../transport/transport.ts';
import type { Outcome } from '../outcome.ts';
import type { CallAnswer } from '../provider-call.ts';
import type { ProviderErrand } from '../provider-plug.ts';
import { failureOf, type ProviderWay } from '../provider-way.ts';
import { changeTokens } from './topic-client.ts';

/** A token to be put on the topic, and whose it is. */
interface Member {
  readonly installation: string;
  readonly token: string;
}

/** Puts installations on a topic of FCM or takes them off it, for whoever asks at the desk: one call of `firebase-admin` for up to 1,000 of them (providers.md 2.3). */
export class ChangeTopic implements ProviderErrand<'fcm_topic'> {
  readonly kind = 'fcm_topic';

  /** Of FCM's topic management, unless the credential is simulated. */
  readonly #address: Pick<Destination, 'host' | 'port'>;

  constructor(
    url: string,
    private readonly way: ProviderWay<FcmAccount>,
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
  ) {
    const { hostname, port } = new URL(url);
    this.#address = { host: hostname.replaceAll(/[[\]]/g, ''), port: port === '' ? 443 : Number(port) };
  }

  /** Never rejects. */
  async execute(change: TopicChange): Promise<TopicAnswer> {
    try {
      return await this.#change(change);
    } catch (error) {
      note('topic could not be changed', { app: change.app, reason: error instanceof Error ? error.name : 'unknown' });
      return { failure: 'retry_later', reason: 'internal_fault' };
    }
  }

  async #change({ app, topic, change, installations }: TopicChange): Promise<TopicAnswer> {
    const found = await this.installations.findByKeys(installations.map((id) => installationKey(app, id)));
    const byId = new Map(found.map((installation) => [installation.id, installation]));
    const looked = installations.map((id) => memberOf(id, byId.get(id)));
    const members = looked.filter((member) => 'token' in member);
    const said = members.length === 0 ? [] : await this.#call(app, topic, change, members);
    if (!Array.isArray(said)) return said as ProviderCallFailure;
    const results = said as readonly TopicResult[];
    const ofMembers = new Map(results.map((result) => [result.installation, result]));
    return { results: looked.map((one) => ('token' in one ? (ofMembers.get(one.installation) ?? failed(one, 'no_result')) : one)) };
  }

  async #call(
    app: string,
    topic: string,
    change: TopicChange['change'],
    members: readonly Member[],
  ): Promise<readonly TopicResult[] | ProviderCallFailure> {
    const tokens = members.map(({ token }) => token);
    const answer = await this.way.during(app, async ({ account, authorization, simulated }) => {
      const destination = simulated ? account.destination : { ...account.destination, ...this.#address };
      return callAnswerOf(await changeTokens(account, destination, { topic, change, tokens, authorization }));
    });
    if ('failure' in answer) return answer;
    return answer.status === 200 ? resultsIn(answer, members) : this.#refusal(answer);
  }

  #refusal({ status, header, text }: CallAnswer): ProviderCallFailure {
    const { error } = jsonObjectOf(text);
    if (typeof error === 'string' && status === 400) return { failure: 'payload_bad', reason: reasonOf(error, 'status_400') };
    return failureOf(classifyFcm({ status, header, body: () => text }, this.clock.now()));
  }
}

function callAnswerOf(answer: LibraryAnswer): CallAnswer | Outcome {
  if ('kind' in answer) return { kind: 'provider_down', reason: 'unreachable', faultOf: 'network' };
  const { status, headers = {}, body } = answer;
  return { status, header: (name) => headers[name], text: body };
}

function memberOf(id: string, installation: Installation | undefined): Member | TopicResult {
  const unfit = !installation ? 'installation_unknown' : unfitnessOf(installation);
  return unfit === undefined ? { installation: id, token: installation?.token?.reveal() ?? '' } : failed({ installation: id }, unfit);
}

function unfitnessOf({ provider, token }: Installation): string | undefined {
  if (provider !== 'fcm') return 'other_provider';
  if (!token) return 'no_token';
  return isFid(token) ? 'installation_id_on_no_topic' : undefined;
}

/** A result for each, in their order: `{}`, or why not. */
function resultsIn({ text }: CallAnswer, members: readonly Member[]): TopicResult[] {
  const { results } = jsonObjectOf(text);
  const list: readonly unknown[] = Array.isArray(results) ? results : [];
  return members.map(({ installation }, at) => {
    const said = list[at];
    if (!isJsonObject(said)) return failed({ installation }, 'no_result');
    const { error } = said;
    return error === undefined
      ? { installation, outcome: 'done', reason: null }
      : failed({ installation }, reasonOf(error, 'unrecognised'));
  });
}

function failed({ installation }: Pick<Member, 'installation'>, reason: string): TopicResult {
  return { installation, outcome: 'failed', reason };
}
