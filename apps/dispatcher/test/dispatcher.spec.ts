import { batchAttemptedV1, batchPlannedV1, eventOf, type EventEnvelope } from '#libs/events';
import { EventParts, eventMigrations, startConsumers, startHttp, type TestHttp } from '#libs/testing/http';
import { EventPublisher, EventServer } from '#libs/messaging';
import { IndexSet, firstAttemptId } from '#libs/sends';
import { insertPage } from '#libs/sends/page/writing';
import { insertSend } from '#libs/sends/send/writing';
import { aPage, aSend, eventually } from '#libs/testing';
import { dispatcher } from '../src/dispatcher.module.ts';

let http: TestHttp;

beforeEach(async () => {
  http = await startHttp({
    imports: [EventParts.embedded(), dispatcher.module(dispatcher.settings.parse({}), 'embedded')],
    migrations: eventMigrations,
  });
});

afterEach(async () => {
  await http.close();
});

async function attempted() {
  const rows = http.store.sql(`SELECT value FROM log_records WHERE topic = 'push.outcome'`).all();
  return rows.map((row) => batchAttemptedV1.data.parse((JSON.parse(String(row['value'])) as EventEnvelope).data));
}

async function plan() {
  const now = http.clock.now();
  const page = aPage();
  const [batch] = page.batches;
  await http.store.write(() => {
    insertSend(http.store, aSend({ createdAt: now, expiresAt: now + 60_000 }));
    insertPage(http.store, page);
  });
  const { id: batchId = '', provider = 'apns', lane = 'bulk' } = batch ?? {};
  const { app, sendId } = page;
  return eventOf(batchPlannedV1, { app, sendId, batchId, attemptId: firstAttemptId(batchId), provider, lane }, { source: 'test', at: now });
}

describe('the dispatcher as a whole', () => {
  it('handles batches of every provider that is built, and lane, each in a group of its own', async () => {
    await startConsumers(http);

    const all = http.app.get(EventServer).subscriptions.filter(({ service }) => service === 'dispatcher');
    const subscriptions = all.filter(({ handlers }) => handlers.has(batchPlannedV1.type));

    expect(subscriptions.map(({ topic }) => topic).sort()).toEqual([...batchPlannedV1.topics].sort());
    expect(subscriptions.every(({ handlers, listeners }) => handlers.size === 1 && listeners.length === 1)).toBe(true);
    expect(new Set(subscriptions.map(({ topic, concurrency }) => `${topic.split('.').at(-1)} ${concurrency}`))).toEqual(
      new Set(['bulk 16', 'transactional 64']),
    );
  });

  it('takes a batch from its topic, and says what became of each message', async () => {
    const event = await plan();
    await startConsumers(http);

    await http.app.get(EventPublisher).publish([event]);

    const [told] = await eventually(attempted, (found) => found.length > 0);
    expect(told).toMatchObject({ app: 'demo', batchId: event.envelope.data.batchId, attemptId: event.envelope.data.attemptId, depth: 1 });
    // The app has no credential: that is the operator's to repair, and no fault of the messages.
    expect(told?.results.map(({ outcome, reason, messages }) => [outcome, reason, [...IndexSet.parse(messages)]])).toEqual([
      ['skipped', 'provider_unavailable', [0, 1]],
    ]);
  });

  it('leaves an event about nothing as a dead letter, and goes on', async () => {
    const event = await plan();
    const stranger = eventOf(batchPlannedV1, { ...event.envelope.data, app: 'another' }, { source: 'test', at: http.clock.now() });
    await startConsumers(http);

    await http.app.get(EventPublisher).publish([stranger, event]);

    expect(await eventually(attempted, (found) => found.length > 0)).toHaveLength(1);
    const letters = http.store.sql('SELECT service, code FROM dead_letters').all();
    expect(letters.map((letter) => ({ ...letter }))).toEqual([{ service: 'dispatcher', code: 'batch_unknown' }]);
  });
});
