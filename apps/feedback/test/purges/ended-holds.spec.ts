import { eventOf, sendFinishedV1 } from '#libs/events';
import { EventPublisher } from '#libs/messaging';
import { IndexSet, type TokenFinding, noResult } from '#libs/sends';
import { ResultRepository } from '#libs/sends/result/writing';
import { insertSend } from '#libs/sends/send/writing';
import { aSend, eventually, takeNotes } from '#libs/testing';
import { startConsumers, type TestHttp } from '#libs/testing/http';
import { startFeedback } from '../feedback-http.ts';

const batchSize = 250;
const ids = [1, 2, 3].map((n) => `a0000000-0000-5000-8000-00000000000${n}`);
const [first, second, third] = ids as [string, string, string];
let http: TestHttp;
let results: ResultRepository;

beforeEach(async () => {
  http = await startFeedback();
  results = http.app.get(ResultRepository);
  await startConsumers(http);
});

afterEach(() => http.close());

function finding(index: number, imported: boolean): TokenFinding {
  const said = { outcome: 'token_invalid', reason: 'BadDeviceToken', fingerprint: `f${index}`, sealedToken: null } as const;
  return { index, ...said, confirmedAt: 1, imported, invalidSince: null };
}

/** A finished send to 250 phones whose provider called so many tokens invalid; `held`: they were not purged. */
async function finished(id: string, invalid: number, { app = 'shop', imported = false, held = true } = {}): Promise<void> {
  const createdAt = http.clock.now();
  http.clock.advance(60_000);
  await http.store.write(() => {
    insertSend(http.store, aSend({ id, app, createdAt, state: 'done', finishedAt: createdAt + 1 }));
  });
  const all = IndexSet.upTo(batchSize);
  const dead = IndexSet.upTo(invalid);
  const said = [
    { outcome: 'token_invalid', reason: 'BadDeviceToken', messages: dead },
    { outcome: 'accepted', reason: null, messages: all.minus(dead) },
  ] as const;
  const pendingFindings = held ? [...dead].map((index) => finding(index, imported)) : [];
  const batch = { id: `${id}:0:000000:0`, size: batchSize, provider: 'apns', lane: 'bulk' } as const;
  const result = { ...noResult(batch, app), revision: 1, results: said, final: all, imported: imported ? all : IndexSet.empty() };
  await results.save({ ...result, pendingFindings, settled: true }, []);
  const counts = { targeted: batchSize, suppressed: 0, accepted: batchSize - invalid, failed: invalid, possibleDuplicates: 0 };
  const event = eventOf(sendFinishedV1, { app, sendId: id, state: 'done', counts }, { source: 'carillon/campaign', at: createdAt });
  await http.app.get(EventPublisher).publish([event]);
}

const heldOf = async (id: string) => (await results.findById(`${id}:0:000000:0`))?.pendingFindings.length;
/** Consumers have read what was published so far when what was published after it has had its effect. */
const held = async () => (await results.pendingFindings())['apns']?.held ?? 0;

describe('tokens that the mass-purge breaker holds', () => {
  it('are let go of, and not purged, once a later send shows that the cause is gone', async () => {
    const taken = takeNotes();
    await finished(first, 200);
    expect(await held()).toBe(200);

    await finished(second, 0, { held: false });

    expect(await eventually(held, (now) => now === 0)).toBe(0);
    taken.end();
    expect(taken.notes).toMatchObject([{ event: 'purge hold ended', app: 'shop', provider: 'apns', sendId: first, laterSendId: second }]);
    expect(await heldOf(first)).toBe(0);
  });

  it('are held of the latest send alone where the cause goes on', async () => {
    await finished(first, 200);
    await finished(second, 210);

    expect(await eventually(held, (now) => now === 210)).toBe(210);
    expect([await heldOf(first), await heldOf(second)]).toEqual([0, 210]);
  });

  it('stay where the later send is of another app, or judges other tokens', async () => {
    await http.keys.app('other');
    await finished(first, 200, { imported: true });
    await finished(second, 0, { held: false }); // tokens that SDKs have confirmed
    await finished(third, 0, { app: 'other', held: false });
    await finished('a0000000-0000-5000-8000-000000000004', 100, { app: 'other' });
    await finished('a0000000-0000-5000-8000-000000000005', 0, { app: 'other', held: false });
    await eventually(held, (now) => now === 200); // the last of them was heard of

    expect(await heldOf(first)).toBe(200);
  });
});
