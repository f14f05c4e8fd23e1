import { DependencyUnavailable } from '#libs/kernel';
import { FixedClock } from '#libs/testing';
import { ConsumerPresence } from '../../src/consuming/consumer-presence.ts';
import { EventTransport, type GroupLag, type GroupMembership, type GroupSize } from '../../src/consuming/event-transport.ts';

const dispatcher = { service: 'dispatcher', topic: 'push.dispatch.apns.bulk' };

class CountedTransport extends EventTransport {
  members = 1;
  asked = 0;
  trouble: 'none' | 'down' | 'silent' = 'none';

  async sizes(): Promise<readonly GroupSize[]> {
    this.asked += 1;
    if (this.trouble === 'down') throw new DependencyUnavailable('the queue');
    if (this.trouble === 'silent') await Promise.withResolvers<never>().promise;
    return [{ group: 'carillon.dispatcher.push.dispatch.apns.bulk', topic: dispatcher.topic, members: this.members }];
  }

  subscribe(): Promise<GroupMembership> {
    throw new Error('nobody subscribes here');
  }

  async lag(): Promise<readonly GroupLag[]> {
    return [];
  }

  async close(): Promise<void> {
    // nothing is open
  }
}

function aPresence() {
  const [transport, clock] = [new CountedTransport(), new FixedClock()];
  const presence = new ConsumerPresence(transport, clock);
  return { transport, clock, dispatchers: async () => (await presence.look())(dispatcher) };
}

describe('the presence of consumers', () => {
  it('is asked for anew when it is older than two seconds, however many want to know', async () => {
    const { transport, clock, dispatchers } = aPresence();

    expect(await Promise.all([dispatchers(), dispatchers()])).toEqual([1, 1]);
    transport.members = 0;
    clock.advance(1_999);
    expect(await dispatchers()).toBe(1);
    clock.advance(1);
    expect(await dispatchers()).toBe(0);
    expect(transport.asked).toBe(2);
  });

  it.each(['down', 'silent'] as const)(
    'is believed for a quarter of a minute while the queue is %s, and then nobody can tell',
    async (trouble) => {
      const { transport, clock, dispatchers } = aPresence();
      await dispatchers();
      transport.trouble = trouble;

      clock.advance(15_000);
      expect(await dispatchers()).toBe(1);
      clock.advance(1);
      expect(await dispatchers()).toBeUndefined();
    },
  );

  it('is not known of groups that nobody has heard of', async () => {
    const [transport, clock] = [new CountedTransport(), new FixedClock()];

    expect((await new ConsumerPresence(transport, clock).look())({ service: 'a', topic: 'b' })).toBeUndefined();
  });
});
