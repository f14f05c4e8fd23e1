import { Simulators } from './crash/simulators.ts';
import { Platform, until } from './support/platform.ts';
import { addUp, Shop, type SendRecord, type SimulatorSummary } from './support/shop.ts';

const minutes = 60_000;
const installations = 2_000;
const atOnce = 64;

interface Outcome {
  readonly send: SendRecord;
  /** How often each message was accepted. */
  readonly copies: ReadonlyMap<string, number>;
  readonly summary: Record<'apns' | 'fcm', SimulatorSummary & { connections: number }>;
}

/** Providers close connections all day; every one is ended after some requests here, in the middle of the others. */
describe('a send over connections that providers end', () => {
  let simulators: Simulators;
  let platform: Platform;
  let shop: Shop;
  const started: { end(): Promise<void> }[] = [];

  beforeAll(async () => {
    // Answers take their time, so that some are outstanding whenever a connection ends; and no connection has room for a provider's whole half.
    simulators = await Simulators.start({ SIMULATOR_LATENCY_MS: '10', SIMULATOR_APNS_STREAMS: '100' });
    started.push(simulators);
    platform = await Platform.start({ SIMULATOR: `external:${simulators.url}`, CARILLON_DEMO: 'false' });
    started.push(platform);
    shop = await Shop.open(platform, 'connections');
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < installations) {
        const index = next++;
        await shop.register(`phone-${index}`, index % 2 === 0 ? {} : { platform: 'android', provider: 'fcm', token: fcmToken(index) });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  });

  afterAll(async () => {
    for (const running of started.toReversed()) await running.end();
  });

  async function sendWith(behaviour: 'goaway' | 'goaway_error', afterRequests: number): Promise<Outcome> {
    await simulators.emptyRecord();
    await simulators.faults(['apns', 'fcm'].map((provider) => ({ provider, behaviour, afterRequests })));
    const { body } = await shop.send({ to: { everyone: true }, message: { title: 'Hi', body: 'Bells' } });
    const send = await until(
      async () => (await shop.call<SendRecord>('GET', `/sends/${body.sendId}`)).body,
      ({ state }) => state === 'done',
      5 * minutes,
    );
    const { body: summary } = await platform.simulator<Outcome['summary']>('GET', '/ledger/summary');
    const copies = new Map<string, number>();
    for (const { messageId } of await simulators.record()) copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
    return { send, summary, copies };
  }

  const acceptedBy = ({ apns, fcm }: Outcome['summary']): number => apns.accepted + fcm.accepted;

  it(
    'reaches everyone exactly once when each says how far it got',
    async () => {
      const { send, summary } = await sendWith('goaway', 100);

      expect(addUp(send.counts)).toBe(true);
      expect(send.counts).toMatchObject({ targeted: installations, accepted: installations, failed: 0, possibleDuplicates: 0 });
      expect(acceptedBy(summary)).toBe(installations);
      expect([summary.apns.duplicates, summary.fcm.duplicates]).toEqual([0, 0]);
      expect(Math.min(summary.apns.connections, summary.fcm.connections)).toBeGreaterThanOrEqual(4);
    },
    5 * minutes,
  );

  it(
    'counts everyone who may have got it twice when each ends with an error',
    async () => {
      const { send, summary, copies } = await sendWith('goaway_error', 200);
      const { accepted, possibleDuplicates } = send.counts;

      expect(addUp(send.counts)).toBe(true);
      expect(send.counts).toMatchObject({ targeted: installations, remaining: 0 });
      expect(accepted).toBeLessThanOrEqual(copies.size);
      expect(acceptedBy(summary)).toBeLessThanOrEqual(accepted + possibleDuplicates);
      expect(possibleDuplicates).toBeGreaterThan(0);
      expect(Math.min(summary.apns.connections, summary.fcm.connections)).toBeGreaterThanOrEqual(4);
    },
    5 * minutes,
  );
});

function fcmToken(index: number): string {
  return `connections${index}:APA91b${index.toString(16).padStart(100, '0')}`;
}
