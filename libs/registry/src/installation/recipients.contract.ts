import { aUser, anInstallation, app, holding, type OpenRegistry } from '../opened-registry.contract.ts';
import type { InstallationRepository } from './installation.repository.ts';
import type { RecipientExtra } from './recipient-columns.ts';

const everything: ReadonlySet<RecipientExtra> = new Set([
  'attributes',
  'userId',
  'externalId',
  'userTags',
  'userAttributes',
  'mutedChannels',
]);
const nothing: ReadonlySet<RecipientExtra> = new Set();

async function recipientsOf(
  installations: InstallationRepository,
  of: string,
  ids: readonly string[],
  extras: ReadonlySet<RecipientExtra>,
) {
  const columns = await installations.readRecipients({ app: of, ids, extras });
  return ids.map((_, place) => columns.at(place));
}

/** What sending reads of a batch: `InstallationRepository.readRecipients`. */
export function recipientsContract(adapter: string, open: OpenRegistry) {
  describe(`recipients (${adapter})`, () => {
    it('have what sending needs, each at the place of its id', async () => {
      const { installations, users } = await open();
      const owner = { ...aUser('kim'), tags: ['vip', 'beta'], attributes: { level: 3 } };
      const known = {
        ...{ locale: 'pt-BR', bundleId: 'app.demo', tokenImported: true, ownerEpoch: 70_000 },
        ...{ userTags: owner.tags, userAttributes: owner.attributes },
      };
      const whole = anInstallation('a', { owner, ...holding('one'), ...known, droppedSince: 7, attributes: { plan: 'gold' } });
      const bare = anInstallation('b', { platform: 'android', provider: 'fcm' });
      await users.save(owner, []);
      for (const installation of [whole, bare, anInstallation('c', { deletedAt: 1, userId: '' })])
        await installations.save(installation, [], []);

      const recipients = await recipientsOf(installations, app, ['nobody', 'b', 'c', 'a'], everything);

      expect(recipients.map((recipient) => recipient?.id)).toEqual([undefined, 'b', undefined, 'a']);
      expect({ ...whole, isDropped: true }).toMatchObject({ ...recipients[3], token: whole.token });
      expect({ ...bare, isDropped: false }).toMatchObject({ ...recipients[1], token: null });
      expect(recipients[3]).toMatchObject({ ...known, attributes: { plan: 'gold' }, externalId: 'kim' });
      expect(recipients[3]?.token?.reveal()).toBe(whole.token?.reveal());
      expect(await recipientsOf(installations, app, [], everything)).toEqual([]);
      expect(await recipientsOf(installations, 'other', ['a'], everything)).toEqual([undefined]);
    });

    it('carry nothing that nobody asks for', async () => {
      const { installations, users } = await open();
      const owner = { ...aUser('kim'), tags: ['vip'], attributes: { level: 3 } };
      await users.save(owner, []);
      const copies = { userTags: owner.tags, userAttributes: owner.attributes };
      await installations.save(anInstallation('a', { owner, ...copies, attributes: { plan: 'gold' }, mutedChannels: ['news'] }), [], []);

      for (const extras of [nothing, ...[...everything].map((extra): ReadonlySet<RecipientExtra> => new Set([extra]))]) {
        const [recipient] = await recipientsOf(installations, app, ['a'], extras);

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
      expect((await recipientsOf(installations, app, ['a'], everything))[0]).toMatchObject(word);
      expect((await recipientsOf(installations, app, ['a'], nothing))[0]).toMatchObject({ subscription: 'unsubscribed' });

      await users.save({ ...owner, revision: 2, subscription: 'subscribed' }, []);
      await installations.save(anInstallation('b', { owner, subscription: 'unsubscribed' }), [], []);
      for (const extras of [nothing, everything])
        expect(await recipientsOf(installations, app, ['a', 'b'], extras)).toMatchObject([
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
      expect((await recipientsOf(installations, app, ['a'], everything))[0]).toMatchObject(word);
      expect((await recipientsOf(installations, app, ['a'], nothing))[0]).toMatchObject({ userId: last.userId, subscription: 'opted_in' });
    });

    it('are the same where nearly all of a range are asked for', async () => {
      const { installations, users } = await open();
      const owner = aUser('kim', { subscription: 'unsubscribed' });
      await users.save(owner, []);
      const some = Array.from({ length: 40 }, (_, n) => anInstallation(`phone-${n}`, { ...holding(`token-${n}`), attributes: { n } }));
      const others = [
        anInstallation('other-provider', { platform: 'android', provider: 'fcm', ...holding('fcm') }),
        anInstallation('gone', { deletedAt: 1, userId: '' }),
        anInstallation('stale', { owner, subscription: 'subscribed' }),
      ];
      for (const installation of [...some, ...others]) await installations.save(installation, [], []);
      const byKey = [...some, ...others].toSorted((one, other) => (one.key < other.key ? -1 : 1)).map(({ id }) => id);
      const asked = [...byKey.filter((id) => id !== 'phone-7' && id !== 'phone-8'), 'nobody'];

      const ranged = await installations.readRecipients({ app, ids: asked, extras: everything, allOf: 'apns' });
      const known = asked.map((_, place) => ranged.at(place));

      expect(known).toEqual(await recipientsOf(installations, app, asked, everything));
      expect(known.find((one) => one?.id === 'stale')).toMatchObject({ subscription: 'unsubscribed' });
      expect(known.map((one) => one?.id).filter(Boolean)).toEqual(asked.filter((id) => id !== 'gone' && id !== 'nobody'));
    });

    it('say what they carry of a user whose document is not there', async () => {
      const { installations } = await open();
      const gone = aUser('kim');
      const copies = { subscription: 'opted_in', userTags: ['copy'], userAttributes: { age: 1 } } as const;
      await installations.save(anInstallation('a', { owner: gone, externalId: 'kim', ...copies }), [], []);

      const word = { userId: gone.userId, externalId: 'kim', ...copies };
      expect((await recipientsOf(installations, app, ['a'], everything))[0]).toMatchObject(word);
      expect((await recipientsOf(installations, app, ['a'], nothing))[0]).toMatchObject({ subscription: 'opted_in', userTags: [] });
    });
  });
}
