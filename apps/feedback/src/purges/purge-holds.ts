import { type ResultRepository } from '#libs/sends/result/writing';
import { auditLineOf, type AuditLog, type AuditedChange, type CredentialRepository, type Principal } from '#libs/access';
import { BUILT_PROVIDERS, PushError, againWhenStale, type Clock, type ProviderName } from '#libs/kernel';
import { isOpen, type ProviderAnswers, type BatchResult, type SendReader, type TokenFinding } from '#libs/sends';
import { allWithFindings, bucketOf, isHeld, type Bucket } from './end-holds.ts';
import { purgeVerdict } from './purge-breaker.ts';

export const LIKELY_CAUSES = ['credential_changed', 'wrong_environment', 'wrong_project', 'old_import', 'unknown'] as const;
type LikelyCause = (typeof LIKELY_CAUSES)[number];

/** What the mass-purge breaker keeps of one send's tokens at one provider (R51). */
export interface PurgeHold {
  /** `send.provider.bucket`. */
  readonly id: string;
  readonly sendId: string;
  readonly provider: ProviderName;
  readonly bucket: Bucket;
  /** When the last of it was found, ms. */
  readonly since: number;
  readonly tokens: number;
  /** Of `sample` answers, how large a part called the token dead: 0 to 1. */
  readonly share: number;
  readonly sample: number;
  readonly likelyCause: LikelyCause;
}

export class PurgeHoldNotFound extends PushError {
  readonly code = 'purge_hold_not_found';
  readonly retryable = false;

  constructor(readonly holdId: string) {
    super(`The app has no purge hold ${holdId}`);
  }
}

const conflicts = 20;
/** Before a send: a change that is older was proven by other sends. */
const recentMs = 7 * 86_400_000;
/** Words for a token of the other environment, another app or another project (providers.md). */
const environmentReasons: ReadonlySet<string> = new Set(['BadDeviceToken', 'BadEnvironmentKeyIdInToken', 'DeviceTokenNotForTopic']);
const projectReasons: ReadonlySet<string> = new Set(['SENDER_ID_MISMATCH', 'INVALID_ARGUMENT', 'InvalidRegistrationId', '80300007']);
const majority = 0.5;

/** Counts what is found of one hold. */
class Tally {
  tokens = 0;
  since = 0;
  readonly reasons = new Map<string, number>();

  add({ reason }: TokenFinding, at: number): void {
    this.tokens += 1;
    this.since = Math.max(this.since, at);
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  isMostly(words: ReadonlySet<string>): boolean {
    let found = 0;
    for (const [reason, times] of this.reasons) if (words.has(reason)) found += times;
    return found > this.tokens * majority;
  }
}

/**
 * What the mass-purge breaker holds, for an operator to look at and decide (R51). A release purges by compare-and-delete, as without the hold: a token that
 * was registered again meanwhile stays. Both decisions are stored with each batch's results and may be repeated; the sweep carries a release out, so that
 * a process which dies in the middle leaves a rest that is held, or carried out, and nothing lost. All calls may throw DependencyUnavailable.
 */
export class PurgeHolds {
  constructor(
    private readonly results: ResultRepository,
    private readonly sends: SendReader,
    private readonly credentials: CredentialRepository,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Holds of an app, the newest first. */
  async list(app: string): Promise<readonly PurgeHold[]> {
    const holds: PurgeHold[] = [];
    for (const provider of BUILT_PROVIDERS) {
      const bySend = new Map<string, Map<Bucket, Tally>>();
      for await (const result of allWithFindings(this.results, provider)) if (result.app === app) countInto(bySend, result);
      for (const [sendId, tallies] of bySend) holds.push(...(await this.#holdsOf(app, sendId, provider, tallies)));
    }
    return holds.sort((a, b) => b.since - a.since);
  }

  /** Throws PurgeHoldNotFound. */
  async find(app: string, id: string): Promise<PurgeHold> {
    const [sendId, provider, bucket] = placeOf(id);
    const bySend = new Map<string, Map<Bucket, Tally>>();
    if (sendId !== undefined && provider !== undefined && bucket !== undefined) {
      for await (const result of this.#ofSend(app, sendId, provider)) countInto(bySend, result);
      const holds = await this.#holdsOf(app, sendId, provider, bySend.get(sendId) ?? new Map());
      const found = holds.find((hold) => hold.id === id);
      if (found) return found;
    }
    throw new PurgeHoldNotFound(id);
  }

  /** The tokens are dead: they are purged, within seconds. Answers the hold as it was. Throws PurgeHoldNotFound. */
  async release(app: string, id: string, by: Principal): Promise<PurgeHold> {
    const hold = await this.#noted(app, id, by, 'purge_hold.released');
    const now = this.clock.now();
    return this.#decide(app, hold, (result, bucket) => ({
      ...result,
      pendingFindings: result.pendingFindings.map((finding) =>
        isHeld(finding) && bucketOf(finding) === bucket ? { ...finding, released: true } : finding,
      ),
      dueAt: now,
    }));
  }

  /** The tokens are alive: what was found is forgotten. Answers the hold as it was. Throws PurgeHoldNotFound. */
  async discard(app: string, id: string, by: Principal): Promise<PurgeHold> {
    const hold = await this.#noted(app, id, by, 'purge_hold.discarded');
    return this.#decide(app, hold, (result, bucket) => {
      const left = result.pendingFindings.filter((finding) => !isHeld(finding) || bucketOf(finding) !== bucket);
      return { ...result, pendingFindings: left, dueAt: left.length > 0 ? result.dueAt : null };
    });
  }

  /** The audit has a line before anything changes; one for what is held, however often the decision is carried out. */
  async #noted(app: string, id: string, by: Principal, action: AuditedChange['action']): Promise<PurgeHold> {
    const hold = await this.find(app, id);
    await this.audit.append(auditLineOf({ app, by, action, target: id, revision: hold.since }, this.clock.now()));
    return hold;
  }

  async #decide(app: string, hold: PurgeHold, decided: (result: BatchResult, bucket: Bucket) => BatchResult): Promise<PurgeHold> {
    const { sendId, provider, bucket } = hold;
    for await (const { batchId } of this.#ofSend(app, sendId, provider)) {
      await againWhenStale(conflicts, async () => {
        const result = await this.results.findById(batchId);
        if (!result?.pendingFindings.some((finding) => isHeld(finding) && bucketOf(finding) === bucket)) return;
        const next = decided(result, bucket);
        await this.results.save({ ...next, revision: result.revision + 1, updatedAt: this.clock.now() }, []);
      });
    }
    return hold;
  }

  /** Nothing is held of a send that goes on: its breaker may still come to another verdict. */
  async #holdsOf(app: string, sendId: string, provider: ProviderName, tallies: ReadonlyMap<Bucket, Tally>): Promise<PurgeHold[]> {
    const send = await this.sends.findById(app, sendId);
    if (tallies.size === 0 || (send && isOpen(send))) return [];
    const answers = await this.results.purgeTally(sendId, provider);
    const credential = (await this.credentials.list(app)).find((stored) => stored.provider === provider);
    const sentAt = send?.createdAt ?? 0;
    const isNew = credential !== undefined && credential.updatedAt <= sentAt && credential.updatedAt > sentAt - recentMs;
    return [...tallies].flatMap(([bucket, tally]) =>
      holdOf({ sendId, provider, bucket }, answers[bucket], tally, isNew && credential.revision > 1),
    );
  }

  async *#ofSend(app: string, sendId: string, provider: ProviderName): AsyncGenerator<BatchResult> {
    const batches = `${sendId}:`;
    for await (const result of allWithFindings(this.results, provider, batches)) {
      if (!result.batchId.startsWith(batches)) return;
      if (result.app === app) yield result;
    }
  }
}

function countInto(bySend: Map<string, Map<Bucket, Tally>>, { sendId, updatedAt, pendingFindings }: BatchResult): void {
  for (const finding of pendingFindings) {
    if (!isHeld(finding)) continue;
    const tallies = bySend.get(sendId) ?? new Map<Bucket, Tally>();
    const tally = tallies.get(bucketOf(finding)) ?? new Tally();
    tally.add(finding, updatedAt);
    bySend.set(sendId, tallies.set(bucketOf(finding), tally));
  }
}

function holdOf(
  place: Pick<PurgeHold, 'sendId' | 'provider' | 'bucket'>,
  answers: ProviderAnswers,
  tally: Tally,
  isNewCredential: boolean,
): readonly PurgeHold[] {
  if (purgeVerdict(answers, true) !== 'hold') return [];
  const { sendId, provider, bucket } = place;
  const { tokens, since } = tally;
  const share = answers.invalid / answers.answers;
  const likelyCause = causeOf(tally, bucket, isNewCredential);
  return [{ ...place, id: `${sendId}.${provider}.${bucket}`, since, tokens, share, sample: answers.answers, likelyCause }];
}

/** The most telling first: what was changed just before, then what the provider's own word points at. */
function causeOf(tally: Tally, bucket: Bucket, isNewCredential: boolean): LikelyCause {
  if (isNewCredential) return 'credential_changed';
  if (bucket === 'imported') return 'old_import';
  if (tally.isMostly(environmentReasons)) return 'wrong_environment';
  return tally.isMostly(projectReasons) ? 'wrong_project' : 'unknown';
}

function placeOf(id: string): [sendId: string, provider: ProviderName, bucket: Bucket] | [] {
  const [sendId = '', name, part, ...more] = id.split('.');
  const provider = BUILT_PROVIDERS.find((built) => built === name);
  const bucket = (['confirmed', 'imported'] as const).find((known) => known === part);
  return sendId !== '' && provider && bucket && more.length === 0 ? [sendId, provider, bucket] : [];
}
