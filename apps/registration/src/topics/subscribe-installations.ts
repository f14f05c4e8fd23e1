import {
  CredentialNotFound,
  ProviderCallFailed,
  ProviderCallUnavailable,
  type CredentialRepository,
  type ErrandDesk,
  type TopicChange,
  type TopicResult,
} from '#libs/access';

/** FCM takes so many at a time (providers.md 2.3). */
const atOnce = 1_000;
const answeredWithinMs = 20_000;

/** Has installations put on a topic of FCM, or taken off it, in batches. Safe to repeat: who is on it stays, who is not stays away. */
export class SubscribeInstallations {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly desk: ErrandDesk,
  ) {}

  /** A result for each, in their order; an id named twice has one. Throws CredentialNotFound, ProviderCallFailed, ProviderCallUnavailable. */
  async execute(change: TopicChange): Promise<readonly TopicResult[]> {
    if (!(await this.credentials.find(change.app, 'fcm'))) throw new CredentialNotFound('fcm');
    const ids = [...new Set(change.installations)];
    const results: TopicResult[] = [];
    for (let from = 0; from < ids.length; from += atOnce) {
      const installations = ids.slice(from, from + atOnce);
      const answer = await this.desk.ask('fcm_topic', { ...change, installations }, answeredWithinMs);
      const failure = answer ?? 'unavailable';
      if (failure !== 'unavailable' && 'results' in failure) results.push(...failure.results);
      else if (from > 0)
        results.push(
          ...installations.map((installation) => unanswered(installation, failure === 'unavailable' ? 'no_answer' : failure.reason)),
        );
      else throw failure === 'unavailable' ? new ProviderCallUnavailable('fcm') : new ProviderCallFailed('fcm', failure);
    }
    return results;
  }
}

/** Batches before this one were done: what failed is said of each that it holds for. */
function unanswered(installation: string, reason: string): TopicResult {
  return { installation, outcome: 'failed', reason };
}
