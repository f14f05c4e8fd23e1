import { takeNotes } from '#libs/testing';
import type { KafkaClient } from '../../src/kafka/kafka-client.ts';
import { KafkaGroupConsumer } from '../../src/kafka/kafka-group-consumer.ts';

type Listener = (event: { readonly payload: unknown }) => void;

/** What kafkajs tells of a consumer. */
class ToldConsumer {
  readonly events = { GROUP_JOIN: 'join', REBALANCING: 'rebalancing', COMMIT_OFFSETS: 'commit', CRASH: 'crash' };
  readonly #listeners = new Map<string, Listener>();

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  tell(event: 'join' | 'crash', payload: unknown): void {
    this.#listeners.get(event)?.({ payload });
  }
}

const nothing = () => undefined;
const silent = { warn: nothing, error: nothing };
const events = { rebalancing: nothing, joined: nothing, fetched: async () => undefined, crashed: nothing };

describe('a member of a group', () => {
  it('is noted once when it is lost, however often it is tried again, and once when it is back', () => {
    const told = new ToldConsumer();
    const client = { consumer: () => told, named: (name: string) => name } as unknown as KafkaClient;
    const consumer = new KafkaGroupConsumer(client, 'carillon.campaign.push.plan', 'push.plan', events, silent);
    const { notes, end } = takeNotes();
    const joined = { memberAssignment: { 'push.plan': [0, 3] } };

    told.tell('join', joined); // its first share is no return
    for (let crash = 0; crash < 3; crash += 1) told.tell('crash', { error: new Error('the broker hung up'), restart: true });
    told.tell('join', joined);
    told.tell('join', joined);
    consumer.prepareToClose();
    told.tell('crash', { error: new Error('it was closed'), restart: false });
    end();

    expect(notes).toEqual([
      { event: 'consumer lost', group: 'carillon.campaign.push.plan', reason: expect.stringContaining('the broker hung up') as string },
      { event: 'consumer back', group: 'carillon.campaign.push.plan', partitions: 2 },
    ]);
  });
});
