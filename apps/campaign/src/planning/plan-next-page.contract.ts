import { MemoryLiveEvents } from '#libs/coordination';
import type { DomainEvent } from '#libs/events';
import { newId, type Clock } from '#libs/kernel';
import { type Page, type PageReader, type Send, newSlice } from '#libs/sends';
import { type PageRepository } from '#libs/sends/page/writing';
import { aSend } from '#libs/testing';
import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FindCandidates } from './find-candidates.ts';
import type { Candidate } from './plan-page.ts';
import { Canary } from './canary.ts';
import type { FrequencyCaps } from './frequency-caps.ts';
import { PlanNextPage } from './plan-next-page.ts';
import type { UnpushedCandidates } from './unpushed-candidates.ts';

export interface OpenPlan {
  readonly pages: PageRepository;
  /** Every event that left with a write. */
  published(): Promise<readonly DomainEvent['envelope'][]>;
  readonly reader: PageReader;
  readonly clock: Clock;
}

/** The app has none, so that nobody is asked. */
const uncapped = undefined as unknown as FrequencyCaps;
/** Nor do they look for uninstalled apps. */
const noProbe = undefined as unknown as UnpushedCandidates;
/** As many plans as it takes, beside each other in one store. */
const aPlan = () => {
  const send = aSend({ id: newId(), slices: 1 });
  return { send, slice: newSlice(send, 0, 0) };
};
const keys = Array.from({ length: 40 }, (_, index) => `demo:${String(index).padStart(3, '0')}:phone`);

/** An audience that changes while it is planned: each look sees others of the keys, and looks only so far. */
class RestlessAudience extends FindCandidates {
  constructor(private readonly looks: () => { readonly far: number; readonly mask: bigint }) {
    super(undefined as never, undefined as never, undefined as never);
  }

  override async execute(_send: unknown, _slice: unknown, { after, through }: { after: string; through: string }) {
    const { far, mask } = this.looks();
    const ahead = keys.filter((key) => key > after && key <= through);
    const seen = ahead.slice(0, far);
    const candidates = seen.filter((key) => (mask >> BigInt(keys.indexOf(key))) & 1n).map(candidateOf);
    return { candidates, through: ahead.length <= far ? through : (seen.at(-1) ?? through) };
  }
}

function candidateOf(key: string): Candidate {
  return { installationId: key, ownerEpoch: 0, provider: 'apns', suppressedBy: null, variables: null };
}

const look = fc.record({ far: fc.integer({ min: 1, max: 15 }), mask: fc.bigInt({ min: 0n, max: (1n << 40n) - 1n }) });
/** A planner: how many turns of the others each of its steps waits, and after how many steps its process dies. */
const planner = fc.record({
  diesAfter: fc.integer({ min: 0, max: 25 }),
  waits: fc.array(fc.nat(3), { minLength: 1, maxLength: 10 }),
  looks: fc.array(look, { minLength: 1, maxLength: 20 }),
});
type Planner = typeof planner extends fc.Arbitrary<infer P> ? P : never;

/** Takes its time between what was decided and what is stored. */
function slowPages(pages: PageRepository, step: () => Promise<void>): PageRepository {
  const insert: PageRepository['insert'] = async (...given) => {
    await step();
    return pages.insert(...given);
  };
  return Object.assign(Object.create(pages) as PageRepository, { insert });
}

type Planned = ReturnType<typeof aPlan>;

async function plan({ send, slice }: Planned, pages: PageRepository, nextPage: PlanNextPage, step: () => Promise<void>): Promise<void> {
  let previous = await pages.last(send.id, 0);
  while (!previous?.last) {
    await step();
    previous = await nextPage.execute(send, slice, previous);
  }
}

function expectDisjointAndGapless({ slice }: Planned, pages: readonly Page[]): void {
  expect(pages.map(({ n }) => n)).toEqual(pages.map((_, index) => index));
  let after = slice.after;
  for (const page of pages) {
    expect(page.after).toBe(after);
    expect(page.entries.every(({ installationId }) => installationId > page.after && installationId <= page.through)).toBe(true);
    after = page.through;
  }
  expect(after).toBe(slice.through);
  expect(pages.map(({ last }) => last)).toEqual(pages.map((_, index) => index === pages.length - 1));
  const targeted = pages.flatMap(({ entries }) => entries.map(({ installationId }) => installationId));
  expect(new Set(targeted).size).toBe(targeted.length);
  expect(pages.at(-1)?.targetedSoFar).toBe(targeted.length);
}

/** `runs` are tries of random planners. */
export function planningContract(adapter: string, runs: number, open: () => Promise<OpenPlan>) {
  describe(`planning in pages on ${adapter}`, () => {
    it('is disjoint, gapless and never plans an installation twice, whoever plans, dies or is overtaken', async () => {
      const { pages, reader, clock, published } = await open();
      await fc.assert(
        fc.asyncProperty(fc.array(planner, { minLength: 1, maxLength: 4 }), planner, async (planners, lastOne) => {
          const one = aPlan();
          const run = ({ diesAfter, waits, looks }: Planner) => {
            let [steps, looked] = [0, 0];
            const step = async () => {
              for (let turns = waits[steps % waits.length]!; turns > 0; turns -= 1) await nextTurn();
              if ((steps += 1) > diesAfter) throw new Error('the process died');
            };
            const audience = new RestlessAudience(() => looks[(looked += 1) % looks.length]!);
            return plan(
              one,
              pages,
              new PlanNextPage(slowPages(pages, step), audience, new Canary(clock, 200), uncapped, noProbe, new MemoryLiveEvents(), clock),
              step,
            ).catch(() => undefined);
          };

          await Promise.all(planners.map(run));
          await run({ ...lastOne, diesAfter: Infinity });

          const stored = await reader.after(one.send.id, null, 100);
          expectDisjointAndGapless(one, stored);
          expect(batchesSaid(await published(), one.send)).toEqual(stored.flatMap(({ batches }) => batches.map(({ id }) => id)).sort());
        }),
        { numRuns: runs },
      );
    });

    it('ends a slice where its pages end, and nobody adds to it afterwards', async () => {
      const { pages, clock } = await open();
      const { send, slice } = aPlan();
      const nextPage = new PlanNextPage(
        pages,
        new RestlessAudience(() => ({ far: 5, mask: -1n })),
        new Canary(clock, 200),
        uncapped,
        noProbe,
        new MemoryLiveEvents(),
        clock,
      );
      const first = await nextPage.execute(send, slice, undefined);

      const closing = await nextPage.close(send, slice, first);
      const overtaken = await nextPage.execute(send, slice, first);

      expect(closing).toMatchObject({ n: 1, last: true, targeted: 0, targetedSoFar: 5 });
      expect(overtaken).toEqual(closing);
    });
  });
}

function batchesSaid(published: Awaited<ReturnType<OpenPlan['published']>>, { id }: Send): string[] {
  const said = published.map(({ data }) => data as { batchId: string; sendId: string });
  return said.flatMap(({ batchId, sendId }) => (sendId === id ? [batchId] : [])).sort();
}
