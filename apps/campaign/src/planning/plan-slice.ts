import type { EventPublisher } from '#libs/messaging';
import { crashPoint, type BulkTurns, type Clock } from '#libs/kernel';
import { type Send, type Slice, newSlice, openSlices, opensSlices } from '#libs/sends';
import type { PageRepository } from '#libs/sends/page/writing';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import { changeSlice } from './change-slice.ts';
import type { AcceptedRecipients } from './accepted-recipients.ts';
import type { Canary } from './canary.ts';
import type { OpenBatches } from './open-batches.ts';
import type { PlanNextPage } from './plan-next-page.ts';
import { isAhead, isPaced } from './pace.ts';
import { handOverDueAt } from './hand-over-due.ts';

const quantumPages = 5;
const quantumMs = 200;
/** A send with a rate that rests for another reason. */
const lookAgainMs = 1_000;

/**
 * Plans one quantum of a slice, 5 pages or 200 ms, and asks for the next one; rests while too many batches of the send are open, and until its first messages are judged.
 * So a big send never starves a small one. Safe to repeat and to run twice at once. Throws DependencyUnavailable.
 * Answers whether the send's progress has to be looked at: the slice is planned, or rests.
 */
export class PlanSlice {
  constructor(
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly pages: PageRepository,
    private readonly nextPage: PlanNextPage,
    private readonly open: OpenBatches,
    private readonly accepted: AcceptedRecipients,
    private readonly canary: Canary,
    private readonly publisher: EventPublisher,
    private readonly bulkTurns: BulkTurns,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, sendId: string, number: number): Promise<boolean> {
    const send = await this.sends.findById(app, sendId);
    if (send?.state !== 'planning' || number >= openSlices(send)) return false;
    // Whom it is for is not known yet: the sweep over open sends comes back.
    if (send.audience.kind === 'accepted' && !(await this.accepted.areKnown(app, send.audience))) return false;
    const slice = await this.#openSlice(send, number);
    if (slice.planned) return false;
    if (slice.waiting)
      await changeSlice(this.slices, sendId, number, (now) => (now.waiting ? { slice: { ...now, waiting: false } } : undefined));
    const until = this.clock.now() + quantumMs;
    let previous = await this.pages.last(sendId, number);
    for (let planned = 0; !previous?.last; planned += 1) {
      if (planned >= quantumPages || this.clock.now() >= until) {
        await this.publisher.publish(opensSlices(send, [number], this.clock.now()));
        return false;
      }
      if (isAhead(previous, this.clock.now())) {
        await this.#rest(send, number, previous.pacedUntil);
        return true;
      }
      if (this.canary.holds(send, number, previous) || (await this.open.isFull(send))) {
        await this.#rest(send, number, isPaced(send) ? this.clock.now() + lookAgainMs : undefined);
        return true;
      }
      await this.bulkTurns.take({ lane: send.lane, share: `plan of ${sendId}`, hasBegun: false });
      previous = await this.nextPage.execute(send, slice, previous);
      this.open.planned(sendId, previous.batches);
    }
    await this.#planned(send, number);
    return true;
  }

  /** Plans all of a small send's only slice at once, inside the request that asks for it; its progress has to be looked at then. */
  async whole(send: Send): Promise<void> {
    const slice = await this.#openSlice(send, 0);
    let previous = await this.pages.last(send.id, 0);
    while (!previous?.last) previous = await this.nextPage.execute(send, slice, previous);
    await this.#planned(send, 0);
  }

  async #openSlice(send: Send, number: number): Promise<Slice> {
    const stored = await this.slices.findOne(send.id, number);
    if (stored) return stored;
    const slice = newSlice(send, number, handOverDueAt(send.lane, send.createdAt, this.clock.now()));
    await this.slices.open([slice]);
    return (await this.slices.findOne(send.id, number)) ?? slice;
  }

  /** `until`: when a send with a rate goes on (`KeepPace`), ms. Batches may have settled before it was known to wait: whoever sees that first opens it again. */
  async #rest(send: Send, number: number, until?: number): Promise<void> {
    await changeSlice(this.slices, send.id, number, (now) =>
      now.waiting || now.planned ? undefined : { slice: { ...now, waiting: true, ...(until !== undefined && { dueAt: until }) } },
    );
  }

  async #planned(send: Send, number: number): Promise<void> {
    crashPoint('p1.slice.before');
    await changeSlice(this.slices, send.id, number, (now) =>
      now.planned ? undefined : { slice: { ...now, planned: true, waiting: false } },
    );
    crashPoint('p1.slice.after');
  }
}
