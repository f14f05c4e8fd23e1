import { eventOf, sendForgottenV1 } from '#libs/events';
import { startConsumers, type TestHttp } from '#libs/testing/http';
import { EventPublisher } from '#libs/messaging';
import { noResult } from '#libs/sends';
import { ResultRepository } from '#libs/sends/result/writing';
import { insertSend } from '#libs/sends/send/writing';
import { aSend, eventually } from '#libs/testing';
import { startFeedback } from './feedback-http.ts';

const send = aSend({ app: 'shop', id: 'a0000000-0000-5000-8000-000000000001', state: 'done', finishedAt: 5, forgottenAt: 9 });
let http: TestHttp;

beforeEach(async () => {
  http = await startFeedback();
  await http.store.write(() => {
    insertSend(http.store, send);
  });
});

afterEach(() => http.close());

async function ask(path: string): Promise<unknown> {
  const { status, body } = await http.call('GET', `/v1/apps/shop/sends/${send.id}/${path}`, { key: await http.keys.key('shop', 'server') });
  return { status, ...(body as object) };
}

describe('a forgotten send', () => {
  it('is not explained from what is half gone', async () => {
    expect(await ask('explain?installation=phone-1')).toMatchObject({ status: 200, outcome: 'forgotten', reason: 'retention' });
    expect(await ask('results')).toMatchObject({ status: 410, code: 'send_forgotten' });
  });

  it('takes its results with it, and no other’s', async () => {
    const results = http.app.get(ResultRepository);
    const batches = [send.id, 'b0000000-0000-5000-8000-000000000001'].map((id) => `${id}:0:000000:0`);
    for (const id of batches) await results.save({ ...noResult({ id, size: 1, provider: 'apns', lane: 'bulk' }, 'shop'), revision: 1 }, []);

    await startConsumers(http);
    const event = eventOf(sendForgottenV1, { app: 'shop', sendId: send.id }, { source: 'carillon/campaign', at: http.clock.now() });
    await http.app.get(EventPublisher).publish([event]);

    const left = async () => (await Promise.all(batches.map((id) => results.findById(id)))).map((result) => result !== undefined);
    expect(await eventually(left, ([own]) => own === false)).toEqual([false, true]);
  });
});
