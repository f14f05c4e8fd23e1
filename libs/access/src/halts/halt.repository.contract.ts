import { StaleRevision } from '#libs/kernel';
import type { HaltRepository } from './halt.repository.ts';
import { haltBy, type Halt, type HaltedPart } from './halt.ts';

const by = { kind: 'admin', keyId: '1' } as const;

export function haltRepositoryContract(adapter: string, open: () => Promise<HaltRepository>): void {
  const say = async (halts: HaltRepository, part: HaltedPart, isOn: boolean, now: number): Promise<Halt> => {
    const word = haltBy(part, await halts.find(part), { isOn, by, reason: 'operator' }, now);
    if (!word) throw new Error('it is so already');
    await halts.save(word.halt, word.audit);
    return word.halt;
  };

  describe(`${adapter} as a repository of halts`, () => {
    it('knows what is halted, of every app and as a whole', async () => {
      const halts = await open();
      const one = await say(halts, { app: 'shop', provider: 'apns' }, true, 1);
      const all = await say(halts, {}, true, 2);

      const found = await halts.inForce();

      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining([one, all]));
      expect(await halts.find({ app: 'shop', provider: 'fcm' })).toBeUndefined();
    });

    it('keeps what is over, and no longer counts it in', async () => {
      const halts = await open();
      await say(halts, {}, true, 1);
      const over = await say(halts, {}, false, 2);

      expect(await halts.inForce()).toEqual([]);
      expect(await halts.find({})).toEqual(over);
      expect(await say(halts, {}, true, 3)).toMatchObject({ revision: 3, since: 3 });
      expect(await halts.inForce()).toHaveLength(1);
    });

    it('refuses a word that knows nothing of the one before', async () => {
      const halts = await open();
      const { halt, audit } = haltBy({}, undefined, { isOn: true, by, reason: 'operator' }, 1) ?? {};
      if (!halt || !audit) throw new Error('nothing was said');
      await halts.save(halt, audit);

      await expect(halts.save({ ...halt, by: 'admin:2' }, audit)).rejects.toThrow(StaleRevision);
      await expect(halts.save({ ...halt, revision: 3 }, audit)).rejects.toThrow(StaleRevision);
      expect(await halts.find({})).toEqual(halt);
    });
  });
}
