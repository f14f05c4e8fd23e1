import { PushToken, StaleRevision, crashPoint, type Clock } from '#libs/kernel';
import type { Sealer } from '#libs/access';
import type { MarkTokenSuspect, PurgeToken, ReplaceToken } from '#libs/registry';
import { isOpen, type BatchResult, type PageReader, type ResultReader, type SendReader, type TokenFinding } from '#libs/sends';
import type { ResultRepository } from '../results/result.repository.ts';
import type { PurgeMetrics } from './purge-metrics.ts';
import { purgeVerdict, type PurgeVerdict } from './purge-breaker.ts';

const recheckMs = 1_000;
const atOnce = 25;

interface Verdicts {
  readonly confirmed: PurgeVerdict;
  readonly imported: PurgeVerdict;
}

/**
 * Carries out what providers said of tokens: moved ones are replaced, foreign ones marked, dead ones purged by compare-and-delete
 * as soon as the mass-purge breaker (R51) allows. Every step may be repeated; what waits or is held stays with the results.
 */
export class CarryOutFindings {
  constructor(
    private readonly results: ResultRepository,
    private readonly sums: ResultReader,
    private readonly pages: PageReader,
    private readonly sends: SendReader,
    private readonly purge: PurgeToken,
    private readonly replace: ReplaceToken,
    private readonly suspect: MarkTokenSuspect,
    private readonly sealer: Sealer,
    private readonly metrics: PurgeMetrics,
    private readonly clock: Clock,
  ) {}

  async execute(batchId: string): Promise<void> {
    const result = await this.results.findById(batchId);
    if (!result || result.pendingFindings.length === 0) return;
    const { verdicts, final } = await this.#verdicts(result);
    const ready = result.pendingFindings.filter((finding) => verdictOn(finding, verdicts) === 'purge');
    await this.#carryOut(result, ready);
    const left = result.pendingFindings.filter((finding) => !ready.includes(finding));
    const waits = left.length > 0 && !final;
    await this.#store({
      ...result,
      revision: result.revision + 1,
      pendingFindings: left,
      dueAt: waits ? this.clock.now() + recheckMs : null,
    });
  }

  /** `final`: the send is over, so the verdicts cannot change any more. */
  async #verdicts({ app, sendId, provider }: BatchResult): Promise<{ verdicts: Verdicts; final: boolean }> {
    const [send, tally, planned, settled] = await Promise.all([
      this.sends.findById(app, sendId),
      this.results.purgeTally(sendId, provider),
      this.pages.sums(sendId),
      this.sums.sums(sendId),
    ]);
    const complete = (settled.byProvider[provider]?.settledBatches ?? 0) >= (planned.byProvider[provider]?.batches ?? 0);
    return {
      verdicts: { confirmed: purgeVerdict(tally.confirmed, complete), imported: purgeVerdict(tally.imported, complete) },
      final: complete && (!send || !isOpen(send)),
    };
  }

  async #carryOut(result: BatchResult, findings: readonly TokenFinding[]): Promise<void> {
    if (findings.length === 0) return;
    const entries = await this.pages.entriesOfBatch(result.batchId);
    for (let at = 0; at < findings.length; at += atOnce) {
      await Promise.all(
        findings.slice(at, at + atOnce).map(async (finding) => {
          const installationId = entries[finding.index]?.installationId;
          if (installationId !== undefined) await this.#one(result, installationId, finding);
        }),
      );
    }
  }

  async #one({ app, sendId, provider }: BatchResult, installationId: string, finding: TokenFinding): Promise<void> {
    const { fingerprint, invalidSince, confirmedAt, reason, sealedToken } = finding;
    const condition = { fingerprint, invalidSince, confirmedAt };
    switch (finding.outcome) {
      case 'token_invalid':
        crashPoint('feedback.purge.before');
        if ((await this.purge.execute(app, installationId, condition, { reason, sendId })) === 'purged')
          this.metrics.removed(app, provider, reason);
        crashPoint('feedback.purge.after');
        return;
      case 'wrong_sender':
        await this.suspect.execute(app, installationId, condition, reason);
        return;
      case 'token_moved':
        if (sealedToken === null) return;
        await this.replace.execute(app, installationId, condition, new PushToken(this.sealer.open(sealedToken, app)), { reason, sendId });
    }
  }

  /** Another report came meanwhile: its own round, or the sweep, takes the rest. */
  async #store(result: BatchResult): Promise<void> {
    try {
      await this.results.save(result, []);
      crashPoint('feedback.findings.after');
    } catch (error) {
      if (!(error instanceof StaleRevision)) throw error;
    }
  }
}

function verdictOn(finding: TokenFinding, verdicts: Verdicts): PurgeVerdict {
  if (finding.outcome !== 'token_invalid') return 'purge';
  return finding.imported ? verdicts.imported : verdicts.confirmed;
}
