import { describeWithEngines } from '#libs/testing/engines';
import { sendTargetsCollection } from '#libs/sends';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { MongoSendTargets } from '../../src/send/mongo-send-targets.ts';
import { sendTargetsContract } from '../../src/send/send-targets.contract.ts';
import type { TargetedRecipient } from '../../src/send/send-targets.ts';

function recipients(count: number, of: string): TargetedRecipient[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `demo:000:${of}${String(index).padStart(6, '0')}`,
    ownerEpoch: null,
    variables: null,
  }));
}

describeWithEngines('recipients in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  sendTargetsContract('MongoDB', async () => new MongoSendTargets((await open()).store));

  it('have nothing of a try that died before its last write', async () => {
    const { store } = await open();
    const targets = new MongoSendTargets(store);
    await targets.put('s1', recipients(3_500, 'died'));
    await store.model(sendTargetsCollection).deleteOne({ _id: 's1' });
    expect(await targets.after('s1', '', 10)).toEqual([]);

    const second = recipients(2_500, 'lived');
    await targets.put('s1', second);

    const found: TargetedRecipient[] = [];
    for (
      let part = await targets.after('s1', '', 1_000);
      part.length > 0;
      part = await targets.after('s1', found.at(-1)?.key ?? '', 1_000)
    ) {
      found.push(...part);
    }
    expect(found).toEqual(second);
  });

  it('are those of one try, however many run at once', async () => {
    const { store } = await open();
    const tries = ['a', 'b', 'c'].map((of) => recipients(2_500, of));

    await Promise.all(tries.map((all) => new MongoSendTargets(store).put('s1', all)));

    const targets = new MongoSendTargets(store);
    const first = await targets.after('s1', '', 1_000);
    const won = tries.find((all) => all[0]?.key === first[0]?.key) ?? [];
    expect(await targets.after('s1', first.at(-1)?.key ?? '', 1_000)).toEqual(won.slice(1_000, 2_000));
    expect(await targets.after('s1', won[1_999]?.key ?? '', 1_000)).toEqual(won.slice(2_000));
  });
});
