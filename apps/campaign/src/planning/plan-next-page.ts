import type { LiveEvents } from '#libs/coordination';
import { eventOf, messagesEndedV1, type DomainEvent } from '#libs/events';
import { crashPoint, inSpan, uuid5, type Clock } from '#libs/kernel';
import { isProbe, slicesOfStep, type Page, type PageHeader, type Send, type Slice, sendChannel, batchesPlanned } from '#libs/sends';
import type { PageRepository } from '#libs/sends/page/writing';
import type { Canary } from './canary.ts';
import type { FindCandidates } from './find-candidates.ts';
import { source } from '../send/new-send.ts';
import type { CapRefusal, FrequencyCaps } from './frequency-caps.ts';
import { planPage, type Candidate, type CanaryRoom, type PageDraft } from './plan-page.ts';
import { entriesOfPage } from './pace.ts';
import { SendRules } from './send-rules.ts';
import type { UnpushedCandidates } from './unpushed-candidates.ts';

/**
 * Adds one page to a slice: its range begins where the stored page before ends, so that ranges are disjoint and without gaps whoever plans,
 * however often (correctness P1). Answers the stored page of that place, which may be another planner's. Throws DependencyUnavailable.
 */
export class PlanNextPage {
  constructor(
    private readonly pages: PageRepository,
    private readonly candidates: FindCandidates,
    private readonly canary: Canary,
    private readonly caps: FrequencyCaps,
    private readonly unpushed: UnpushedCandidates,
    private readonly live: LiveEvents,
    private readonly clock: Clock,
  ) {}

  async execute(send: Send, slice: Slice, previous: PageHeader | undefined): Promise<PageHeader> {
    const facts = { 'carillon.app': send.app, 'carillon.send.id': send.id, 'carillon.slice': slice.slice };
    return inSpan('plan page', { kind: 'internal', facts }, async (span) => {
      const range = { after: previous?.through ?? slice.after, through: slice.through };
      const found = await this.candidates.execute(send, slice.slice, range, entriesOfPage(send));
      const { through } = found;
      const candidates = isProbe(send) ? await this.unpushed.of(send, found.candidates) : found.candidates;
      const before = previous ?? (await this.#ofStepBefore(send, slice));
      const canary = await this.#canary(send, slice, previous);
      const at = this.clock.now();
      const capped = await this.#capped(send, candidates, before?.targetedSoFar ?? 0, at);
      const page = await this.#store(send, slice, previous, {
        candidates,
        before,
        through,
        last: through === slice.through,
        at,
        ...(canary && { canary }),
        ...(capped && { capped }),
      });
      span?.add({ 'carillon.page': page.n, 'carillon.targeted': page.targeted, 'carillon.batches': page.batches.length });
      return page;
    });
  }

  /** Ends a slice where its pages end: what was not planned is not targeted (a send that was stopped, or failed). */
  async close(send: Send, slice: Slice, previous: PageHeader | undefined): Promise<PageHeader> {
    return this.#store(send, slice, previous, {
      candidates: [],
      before: previous,
      through: previous?.through ?? slice.after,
      last: true,
      at: this.clock.now(),
    });
  }

  /** Where slices follow each other: the last page of the one before, whose entries a limit counts, too. */
  async #ofStepBefore(send: Send, { slice }: Slice): Promise<PageHeader | undefined> {
    return slice > 0 && slicesOfStep(send) === 1 ? this.pages.last(send.id, slice - 1) : undefined;
  }

  /** Whom frequency caps leave out of those that everything else lets go. */
  async #capped(
    send: Send,
    candidates: readonly Candidate[],
    targetedBefore: number,
    at: number,
  ): Promise<ReadonlyMap<string, CapRefusal> | undefined> {
    if (!send.frequency || send.frequency.caps.length === 0) return undefined;
    const rules = new SendRules(send, targetedBefore, at);
    const going = candidates.flatMap((candidate, index) => {
      const { suppressedBy, dueAt } = rules.of(index, candidate);
      const { installationId, userId = null, provider } = candidate;
      return suppressedBy === null && provider !== null ? [{ installationId, userId, dueAt }] : [];
    });
    return this.caps.execute(send, going, at);
  }

  /** What is left of the first messages of a send, if the page is among those that have them. */
  async #canary(send: Send, { slice }: Slice, previous: PageHeader | undefined): Promise<CanaryRoom | undefined> {
    if (!this.canary.isIn(send, slice, previous)) return undefined;
    return this.canary.roomAfter(previous ? await this.pages.headers(send.id, slice, 0, previous.n + 1) : []);
  }

  async #store(
    send: Send,
    { slice, after }: Slice,
    previous: PageHeader | undefined,
    decided: Pick<PageDraft, 'candidates' | 'before' | 'through' | 'last' | 'at' | 'canary' | 'capped'>,
  ): Promise<PageHeader> {
    const page = planPage({
      send,
      slice,
      n: previous ? previous.n + 1 : 0,
      after: previous?.through ?? after,
      ...decided,
    });
    const { entries, ...header } = page;
    crashPoint('p1.page.before');
    const isStored = await this.pages.insert(page, [...batchesPlanned(page, page.batches, page.plannedAt), ...messagesSuppressed(page)]);
    crashPoint('p1.page.after');
    this.live.tell(sendChannel(send.id));
    if (isStored) return { ...header, targeted: entries.length };
    const stored = await this.pages.last(send.id, slice);
    if (!stored) throw new Error(`Page ${page.id} is taken and cannot be read`);
    return stored;
  }
}

/** The last word of those that no batch is made for; of a dry run nothing is said. */
function messagesSuppressed({ id, app, sendId, entries, plannedAt }: Page): readonly DomainEvent[] {
  const suppressed = Map.groupBy(
    entries.filter(({ suppressedBy }) => suppressedBy !== null),
    ({ suppressedBy, provider }) => `${suppressedBy} ${provider ?? ''}`,
  );
  if (suppressed.size === 0) return [];
  const ends = [...suppressed.values()].map((some) => ({
    end: 'suppressed' as const,
    outcome: 'skipped',
    reason: some[0]?.suppressedBy ?? null,
    provider: some[0]?.provider ?? null,
    installationIds: some.map(({ installationId }) => installationId),
  }));
  return [eventOf(messagesEndedV1, { app, sendId, ends }, { id: uuid5('messages.ended', id), source, at: plannedAt })];
}
