import { aUser, anInstallation, app, holding, type OpenRegistry } from '../opened-registry.contract.ts';
import type { RecipientExtra } from './installation.repository.ts';

const everything: ReadonlySet<RecipientExtra> = new Set(['attributes', 'externalId', 'userTags', 'userAttributes', 'mutedChannels']);
const nothing: ReadonlySet<RecipientExtra> = new Set();

/** What sending reads of a batch: `InstallationRepository.findRecipients`. */
export function recipientsContract(adapter: string, open: OpenRegistry) {
  describe(`recipients (${adapter})`, () => {
    it('have what sending needs, each at the place of its id', async () => {
      const { installations, users } = await open();
      const owner = { ...aUser('kim'), tags: ['vip', 'beta'], attributes: { level: 3 } };
      const known = { locale: 'pt-BR', bundleId: 'app.demo', tokenImported: true, userTags: owner.tags, userAttributes: owner.attributes };
      const whole = anInstallation('a', { owner, ...holding('one'), ...known, attributes: { plan: 'gold' } });
      const bare = anInstallation('b', { platform: 'android', provider: 'fcm' });
      await users.save(owner, []);
      for (const installation of [whole, bare, anInstallation('c', { deletedAt: 1, userId: '' })])
        await installations.save(installation, [], []);

      const recipients = await installations.findRecipients(app, ['nobody', 'b', 'c', 'a'], everything);

      expect(recipients.map((recipient) => recipient?.id)).toEqual([undefined, 'b', undefined, 'a']);
      expect(whole).toMatchObject({ ...recipients[3], token: whole.token });
      expect(bare).toMatchObject({ ...recipients[1], token: null });
      expect(recipients[3]).toMatchObject({ ...known, attributes: { plan: 'gold' }, externalId: 'kim' });
      expect(recipients[3]?.token?.reveal()).toBe(whole.token?.reveal());
      expect(await installations.findRecipients(app, [], everything)).toEqual([]);
      expect(await installations.findRecipients('other', ['a'], everything)).toEqual([undefined]);
    });

    it('carry nothing that nobody asks for', async () => {
      const { installations, users } = await open();
      const owner = { ...aUser('kim'), tags: ['vip'], attributes: { level: 3 } };
      await users.save(owner, []);
      const copies = { userTags: owner.tags, userAttributes: owner.attributes };
      await installations.save(anInstallation('a', { owner, ...copies, attributes: { plan: 'gold' }, mutedChannels: ['news'] }), [], []);

      for (const extras of [nothing, ...[...everything].map((extra): ReadonlySet<RecipientExtra> => new Set([extra]))]) {
        const [recipient] = await installations.findRecipients(app, ['a'], extras);

        expect(recipient).toMatchObject({
          externalId: extras.has('externalId') ? 'kim' : null,
          userTags: extras.has('userTags') ? ['vip'] : [],
          userAttributes: extras.has('userAttributes') ? { level: 3 } : {},
          attributes: extras.has('attributes') ? { plan: 'gold' } : {},
          mutedChannels: extras.has('mutedChannels') ? ['news'] : [],
        });
      }
    });

    it("say what their users say, whatever the installations' copies are", async () => {
      const { installations, users } = await open();
      const owner = aUser('kim', { subscription: 'unsubscribed', tags: ['new'], attributes: { age: 2 } });
      await users.save(owner, []);
      await installations.save(
        anInstallation('a', { owner, subscription: 'subscribed', userTags: ['old'], userAttributes: { age: 1 } }),
        [],
        [],
      );

      const word = { userId: owner.userId, subscription: 'unsubscribed', userTags: ['new'], userAttributes: { age: 2 } };
      expect((await installations.findRecipients(app, ['a'], everything))[0]).toMatchObject(word);
      expect((await installations.findRecipients(app, ['a'], nothing))[0]).toMatchObject({ subscription: 'unsubscribed' });

      await users.save({ ...owner, revision: 2, subscription: 'subscribed' }, []);
      await installations.save(anInstallation('b', { owner, subscription: 'unsubscribed' }), [], []);
      for (const extras of [nothing, everything])
        expect(await installations.findRecipients(app, ['a', 'b'], extras)).toMatchObject([
          { subscription: 'subscribed' },
          { subscription: 'subscribed' },
        ]);
    });

    it('speak for the user that theirs was merged into, however often', async () => {
      const { installations, users } = await open();
      const last = aUser('kim', { subscription: 'opted_in', tags: ['last'], attributes: { age: 3 } });
      const middle = aUser('middle', { mergedInto: last.userId });
      const first = aUser(null, { mergedInto: middle.userId, subscription: 'unsubscribed' });
      for (const user of [last, middle, first]) await users.save(user, []);
      await installations.save(anInstallation('a', { owner: first }), [], []);

      const word = { userId: last.userId, subscription: 'opted_in', externalId: 'kim', userTags: ['last'], userAttributes: { age: 3 } };
      expect((await installations.findRecipients(app, ['a'], everything))[0]).toMatchObject(word);
      expect((await installations.findRecipients(app, ['a'], nothing))[0]).toMatchObject({ userId: last.userId, subscription: 'opted_in' });
    });

    it('say what they carry of a user whose document is not there', async () => {
      const { installations } = await open();
      const gone = aUser('kim');
      const copies = { subscription: 'opted_in', userTags: ['copy'], userAttributes: { age: 1 } } as const;
      await installations.save(anInstallation('a', { owner: gone, externalId: 'kim', ...copies }), [], []);

      const word = { userId: gone.userId, externalId: 'kim', ...copies };
      expect((await installations.findRecipients(app, ['a'], everything))[0]).toMatchObject(word);
      expect((await installations.findRecipients(app, ['a'], nothing))[0]).toMatchObject({ subscription: 'opted_in', userTags: [] });
    });
  });
}
