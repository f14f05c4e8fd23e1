import { PushToken, crashPoint, currentTraceparent, inSpan, note, unlessStale, type Clock } from '#libs/kernel';
import type { Sealer } from '#libs/access';
import {
  DROPPED_FOR_30_DAYS,
  type CorrectEnvironment,
  type MarkOptedOut,
  type MarkTokenSuspect,
  type NoteDroppedMessages,
  type PurgeCondition,
  type PurgeToken,
  type ReplaceToken,
} from '#libs/registry';
import {
  ENVIRONMENT_CORRECTED,
  type BatchResult,
  type PageReader,
  type ResultReader,
  type SendReader,
  type TokenFinding,
  isOpen,
} from '#libs/sends';
import type { ResultRepository } from '#libs/sends/result/writing';
import type { PurgeMetrics } from './purge-metrics.ts';
import { purgeVerdict, type PurgeVerdict } from './purge-breaker.ts';

const recheckMs = 1_000;
const atOnce = 25;
const maxNoted = 1_000;

type Of = Pick<BatchResult, 'app' | 'provider' | 'sendId'>;

interface Verdicts {
  readonly confirmed: PurgeVerdict;
  readonly imported: PurgeVerdict;
  /** The send is over, so they cannot change any more. */
  readonly final: boolean;
  /** Of the send; undefined where it is gone. */
  readonly traceparent: string | undefined;
}

/**
 * Carries out what providers said of tokens: moved ones are replaced or set to their environment, foreign ones marked, those that were switched off are in the
 * background, of dropped messages notes are kept, and dead ones are purged by compare-and-delete as soon as the mass-purge breaker (R51) allows. Every step
 * may be repeated; what waits or is held stays with the results.
 */
export class CarryOutFindings {
  readonly #noted = new Set<string>();

  constructor(
    private readonly results: ResultRepository,
    private readonly sums: ResultReader,
    private readonly pages: PageReader,
    private readonly sends: SendReader,
    private readonly purge: PurgeToken,
    private readonly replace: ReplaceToken,
    private readonly suspect: MarkTokenSuspect,
    private readonly optedOut: MarkOptedOut,
    private readonly dropped: NoteDroppedMessages,
    private readonly environment: CorrectEnvironment,
    private readonly sealer: Sealer,
    private readonly metrics: PurgeMetrics,
    private readonly clock: Clock,
  ) {}

  async execute(batchId: string): Promise<void> {
    const result = await this.results.findById(batchId);
    if (!result || result.pendingFindings.length === 0) return;
    const verdicts = await this.#verdicts(result);
    const ready = result.pendingFindings.filter((finding) => verdictOn(finding, verdicts) === 'purge');
    if (ready.length > 0) await this.#traced(result, ready, verdicts.traceparent);
    const left = result.pendingFindings.filter((finding) => !ready.includes(finding));
    const waits = left.length > 0 && !verdicts.final;
    if (left.length > 0 && verdicts.final) this.#noteHold(result, left.length);
    await this.#store({
      ...result,
      revision: result.revision + 1,
      pendingFindings: left,
      dueAt: waits ? this.clock.now() + recheckMs : null,
    });
  }

  /** Batches of one send are held together, and the first of them says so. */
  #noteHold({ app, sendId, provider }: BatchResult, tokens: number): void {
    const hold = `${sendId}:${provider}`;
    if (this.#noted.has(hold)) return;
    if (this.#noted.size >= maxNoted) this.#noted.clear();
    this.#noted.add(hold);
    note('purge held', { app, provider, sendId, tokensOfFirstBatch: tokens });
  }

  async #verdicts({ app, sendId, provider }: BatchResult): Promise<Verdicts> {
    const [send, tally, planned, settled] = await Promise.all([
      this.sends.findById(app, sendId),
      this.results.purgeTally(sendId, provider),
      this.pages.sums(sendId),
      this.sums.sums(sendId),
    ]);
    const complete = (settled.byProvider[provider]?.settledBatches ?? 0) >= (planned.byProvider[provider]?.batches ?? 0);
    return {
      confirmed: purgeVerdict(tally.confirmed, complete),
      imported: purgeVerdict(tally.imported, complete),
      final: complete && (!send || !isOpen(send)),
      traceparent: send?.traceparent,
    };
  }

  /** A purge that had to wait, and that a sweep carries out, still belongs to the trace of its send. */
  async #traced(result: BatchResult, findings: readonly TokenFinding[], traceparent: string | undefined): Promise<void> {
    const { app, sendId, batchId, provider } = result;
    const facts = { 'carillon.app': app, 'carillon.send.id': sendId, 'carillon.batch.id': batchId, 'carillon.provider': provider };
    await inSpan('purge tokens', { kind: 'internal', cause: currentTraceparent() ?? traceparent ?? null, facts }, async (span) => {
      const purged = await this.#carryOut(result, findings);
      span?.add({ 'carillon.findings': findings.length, 'carillon.purged': purged });
    });
  }

  /** Answers how many tokens are gone. */
  async #carryOut(result: BatchResult, findings: readonly TokenFinding[]): Promise<number> {
    let purged = 0;
    const { installationIds } = await this.pages.entriesOfBatch(result.batchId);
    for (let at = 0; at < findings.length; at += atOnce) {
      await Promise.all(
        findings.slice(at, at + atOnce).map(async (finding) => {
          const installationId = installationIds[finding.index];
          if (installationId !== undefined && (await this.#one(result, installationId, finding))) purged += 1;
        }),
      );
    }
    return purged;
  }

  /** Answers whether the token is gone. */
  async #one({ app, sendId, provider }: BatchResult, installationId: string, finding: TokenFinding): Promise<boolean> {
    const { fingerprint, invalidSince, confirmedAt, reason, sealedToken } = finding;
    const condition = { fingerprint, invalidSince, confirmedAt };
    switch (finding.outcome) {
      case 'token_invalid':
        return this.#purge({ app, provider, sendId }, installationId, condition, reason);
      case 'wrong_sender':
        await this.suspect.execute(app, installationId, condition, reason);
        return false;
      case 'opted_out':
        await this.optedOut.execute(app, installationId, condition, { reason, sendId });
        return false;
      case 'dropped':
      case 'received':
        return this.#note({ app, provider, sendId }, installationId, condition, finding.outcome);
      case 'token_moved':
        if (reason === ENVIRONMENT_CORRECTED.sandbox) await this.environment.execute(app, installationId, condition, 'sandbox');
        else if (reason === ENVIRONMENT_CORRECTED.production) await this.environment.execute(app, installationId, condition, 'production');
        else if (sealedToken !== null)
          await this.replace.execute(app, installationId, condition, new PushToken(this.sealer.open(sealedToken, app)), { reason, sendId });
        return false;
    }
  }

  /** Thirty days of dropped messages stand for themselves, whatever the breaker says of this one send. */
  async #note({ app, provider, sendId }: Of, installationId: string, condition: PurgeCondition, word: 'dropped' | 'received') {
    const isGone = (await this.dropped.execute(app, installationId, condition, { word, sendId })) === 'uninstalled';
    if (isGone) this.metrics.removed(app, provider, DROPPED_FOR_30_DAYS);
    return isGone;
  }

  async #purge({ app, provider, sendId }: Of, installationId: string, condition: PurgeCondition, reason: string): Promise<boolean> {
    crashPoint('feedback.purge.before');
    const isPurged = (await this.purge.execute(app, installationId, condition, { reason, sendId })) === 'purged';
    if (isPurged) this.metrics.removed(app, provider, reason);
    crashPoint('feedback.purge.after');
    return isPurged;
  }

  /** Another report came meanwhile: its own round, or the sweep, takes the rest. */
  async #store(result: BatchResult): Promise<void> {
    const stored = this.results.save(result, []).then(() => {
      crashPoint('feedback.findings.after');
    });
    await unlessStale(stored);
  }
}

function verdictOn(finding: TokenFinding, verdicts: Verdicts): PurgeVerdict {
  if (finding.outcome !== 'token_invalid' || finding.released) return 'purge';
  return finding.imported ? verdicts.imported : verdicts.confirmed;
}
