import type { EventTransport, GroupLag, GroupMembership } from '../../src/consuming/event-transport.ts';
import { EventTransport as Transport } from '../../src/consuming/event-transport.ts';
import { thingHappenedV1 } from '../consuming/test-events.ts';
import { EventServer } from '../../src/nest/event-server.ts';

/** Gives a share when the test says so. */
class SlowTransport extends Transport {
  readonly share = Promise.withResolvers<GroupMembership>();

  async subscribe(): Promise<GroupMembership> {
    return this.share.promise;
  }

  async lag(): Promise<readonly GroupLag[]> {
    return [];
  }

  async sizes(): Promise<readonly []> {
    return [];
  }

  async close(): Promise<void> {
    this.share.resolve({ close: async () => undefined });
  }
}

function listening(transport: EventTransport, shareWithinMs: number): Promise<unknown> {
  const server = new EventServer(transport, shareWithinMs);
  server.addHandler({ service: 'campaign', type: thingHappenedV1.type }, async () => undefined, true, { contract: thingHappenedV1 });
  return new Promise((resolve) => {
    server.listen(resolve);
  });
}

describe('a start whose consumers have no share of the partitions yet', () => {
  it('goes on without, for a member that died holds its share until the brokers miss it', async () => {
    const transport = new SlowTransport();

    expect(await listening(transport, 1)).toBeUndefined();
    await transport.close();
  });

  it('waits for a share that comes at once, so that nothing is missed between start and readiness', async () => {
    const transport = new SlowTransport();
    let started = false;
    const start = listening(transport, 600_000).then(() => (started = true));
    await new Promise(setImmediate);
    expect(started).toBe(false);

    await transport.close();
    expect(await start).toBe(true);
  });

  it('ends where a consumer cannot join at all', async () => {
    const transport = new SlowTransport();
    transport.share.reject(new Error('no such topic'));

    expect(await listening(transport, 600_000)).toEqual(new Error('no such topic'));
  });
});
