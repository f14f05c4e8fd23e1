import { describeWithEngines } from '#libs/testing/engines';
import { HaltRepository } from '#libs/access';
import { GroupPositions } from '#libs/messaging';
import {
  AttemptReader,
  MongoPageReader,
  ProviderStateReader,
  ResultReader,
  type Slice,
  newSlice,
  opensSlices,
  batchesPlanned,
} from '#libs/sends';
import { MongoPageRepository } from '#libs/sends/page/writing';
import { MongoSendRepository } from '#libs/sends/send/writing';
import { MongoSliceRepository } from '#libs/sends/slice/writing';
import { aPage, aSend } from '#libs/testing';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { CheckHandOver } from '../../src/planning/check-hand-over.ts';
import { OpenBatches } from '../../src/planning/open-batches.ts';
import { SweepSlices } from '../../src/planning/sweep-slices.ts';

const overdueMs = 15_000;

class NoAttempts extends AttemptReader {
  override async findById() {
    return undefined;
  }

  override async ofBatch() {
    return [];
  }

  override async claimed() {
    return new Set<string>();
  }

  override async openWindows() {
    return 0;
  }
}

class EmptyQueues extends GroupPositions {
  override async hasFinished() {
    return true;
  }

  override async of() {
    return new Map<number, number>();
  }
}

class NoStates extends ProviderStateReader {
  override async ofApp() {
    return [];
  }
}

class NoHalts extends HaltRepository {
  override async find() {
    return undefined;
  }

  override async inForce() {
    return [];
  }

  override async save() {
    throw new Error('nobody halts anything');
  }
}

class NoResults extends ResultReader {
  override async findById() {
    return undefined;
  }

  override async findByIds() {
    return new Map();
  }

  override async sums() {
    const none = { accepted: 0, failed: 0, suppressed: 0, possibleDuplicates: 0, settledBatches: 0, updatedAt: null };
    return { ...none, outcomes: {}, suppressedBy: {}, byProvider: {} };
  }
}

describeWithEngines('plans in MongoDB whose writer died between a write and its events', ({ MONGODB_URI }) => {
  const openStore = mongoStores(MONGODB_URI);

  async function open() {
    const { store, clock, broker, outbox, published } = await openStore();
    const sends = new MongoSendRepository(store, outbox);
    const slices = new MongoSliceRepository(store, broker);
    const pages = new MongoPageRepository(store, broker);
    const reader = new MongoPageReader(store);
    const openBatches = new OpenBatches(reader, new NoResults(), new NoStates(), new NoHalts(), clock, 200);
    const sweep = new SweepSlices(sends, slices, pages, new CheckHandOver(reader, new NoAttempts()), openBatches, new EmptyQueues(), clock);
    const send = aSend({ createdAt: clock.now() });
    await sends.insert(send, []);
    return { clock, broker, slices, pages, sweep, published, send };
  }

  const planned = (slice: Slice): Slice => ({ ...slice, revision: slice.revision + 1, planned: true });

  it('tell the dispatchers of a page that nobody was told of', async () => {
    const { clock, broker, slices, pages, sweep, published, send } = await open();
    const slice = newSlice(send, 0, clock.now() + overdueMs);
    const page = aPage({ sendId: send.id, plannedAt: clock.now() });
    await slices.open([slice]);
    broker.isAway = true;
    expect(await pages.insert(page, batchesPlanned(page, page.batches, 0))).toBe(true);
    await slices.save(planned(slice), []);

    broker.isAway = false;
    clock.advance(overdueMs);
    await sweep.execute();

    expect((await published()).map(({ data }) => data)).toEqual([expect.objectContaining({ batchId: page.batches[0]?.id })]);
    expect(await slices.findOne(send.id, 0)).toMatchObject({ handedOver: -1, dueAt: expect.any(Number) as number });
  });

  it('wake the planner of a slice that nobody was told to go on with', async () => {
    const { clock, broker, slices, sweep, published, send } = await open();
    const slice = { ...newSlice(send, 0, clock.now() + overdueMs), waiting: true };
    await slices.open([slice]);
    broker.isAway = true;
    const woken = slices.save({ ...slice, revision: 2, waiting: false }, opensSlices(send, [0], 0));
    await expect(woken).rejects.toMatchObject({ code: 'dependency_unavailable' });

    broker.isAway = false;
    clock.advance(overdueMs);
    await sweep.execute();

    expect((await published()).map(({ data }) => data)).toEqual([{ app: send.app, sendId: send.id, slice: 0 }]);
  });
});
