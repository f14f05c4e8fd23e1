import { eventOf, installationRemovedV1 } from '#libs/events';
import { PushToken, StaleRevision } from '#libs/kernel';
import { isDeepStrictEqual } from 'node:util';
import type { Audience } from '../audience/audience.ts';
import { parseTagExpression } from '../audience/parse-tag-expression.ts';
import {
  aLedgerLine,
  aUser,
  anInstallation,
  app,
  fingerprintOf,
  holding,
  saveAll,
  type OpenRegistry,
} from '../opened-registry.contract.ts';
import { fieldsWith, rowOf } from '../field-table.ts';
import { TokenTaken } from '../registry-errors.ts';
import { installationTable, type Installation } from './installation.ts';

/** What callers may say as plain text: also a field that nobody has thought of here. */
const said = fieldsWith(installationTable, 'said').filter((name) => {
  const { kind } = rowOf(installationTable, name);
  return kind.name === 'text' && kind.words === undefined;
});

const full: Partial<Installation> = {
  ...Object.fromEntries(said.map((name) => [name, `some ${name}`])),
  ...holding('token of all', 9),
  externalId: 'kim',
  ownerEpoch: 3,
  userVerified: true,
  userRevision: 5,
  subscription: 'opted_in',
  userTags: ['gold'],
  userAttributes: { age: 31 },
  environment: 'sandbox',
  bundleId: 'app.demo',
  tokenImported: true,
  tokenSuspect: 'MismatchSenderId',
  tokenLostReason: 'Unregistered',
  tokenLostAt: 3,
  uninstalledAt: 2,
  droppedSince: 1,
  permission: 'provisional',
  notificationsEnabled: true,
  permissionChangedAt: 4,
  mutedChannels: ['news'],
  templates: { 'news.$1': { body: '{"aps":{"alert":"$(m)"}}', headers: { 'apns-priority': '10' } }, plain: { body: '{}' } },
  pushVariables: { name: 'Kim', $where: 'x' },
  tags: ['vip', 'a#b'],
  attributes: { plan: 'pro', score: 1.5, beta: true, colours: ['red', 'blue'] },
  appVersion: '1.2',
  sdkVersion: '3',
  osVersion: '18.1',
  model: 'iPhone17,1',
  manufacturer: 'Apple',
  locale: 'fr-CA',
  language: 'fr',
  country: 'CA',
  carrier: 'x',
  timeZone: 'America/Montreal',
  screenSize: '1179x2556',
  location: { lat: 45.5, lon: -73.6 },
  firstSeenAt: 1,
  lastSeenAt: 2,
  sessionStartedAt: 2,
  expiresAt: 99,
  secretHash: 'ab',
  ledgerAt: 7,
};

const tags = (text: string): Audience => ({ kind: 'tags', expression: parseTagExpression(text) });

export function installationRepositoryContract(adapter: string, open: OpenRegistry) {
  describe(`${adapter} as an installation repository`, () => {
    it('gives back every field as it was saved', async () => {
      const { installations } = await open();
      const saved = anInstallation('all', full);

      await installations.save(saved, [], []);

      const found = await installations.findById(app, 'all');
      expect(found).toEqual(saved);
      expect(found?.token?.reveal()).toBe('token of all');
    });

    it('stores every field that differs from the state a save was made from, whichever it is', async () => {
      const { installations: repository } = await open();
      const [before, bare] = [anInstallation('one', { ...full, revision: 1 }), anInstallation('one')];
      await repository.save(before, [], []);

      for (const [at, name] of Object.keys(full).entries()) {
        const field = name as keyof Installation;
        const from = await repository.findWithTombstone(app, 'one');
        if (!from) throw new Error('it is gone');
        const next = { ...from, [field]: isDeepStrictEqual(from[field], before[field]) ? bare[field] : before[field], revision: at + 2 };
        const whole = field === 'token' || field === 'tokenFingerprint' ? { ...next, token: null, tokenFingerprint: null } : next;
        await repository.save(whole, [], [], from);
        expect({ field, stored: await repository.findWithTombstone(app, 'one') }).toEqual({ field, stored: whole });
      }
    });

    it('keeps a claimed token for the claim that waits', async () => {
      const { installations } = await open();
      const claim = { token: new PushToken('wanted'), fingerprint: fingerprintOf('wanted'), at: 10, imported: true };
      await installations.save(anInstallation('b', { claim }), [], []);

      const [found] = await installations.findClaims(11, 10);

      expect(found?.claim?.token.reveal()).toBe('wanted');
      expect(found?.claim).toEqual(claim);
      expect(await installations.findClaims(10, 10)).toEqual([]);
      const { provider } = anInstallation('b');
      expect((await installations.findClaimant(app, provider, fingerprintOf('wanted')))?.id).toBe('b');
      expect(await installations.findClaimant(app, provider, fingerprintOf('another'))).toBeUndefined();
      expect(await installations.findClaimant('other', provider, fingerprintOf('wanted'))).toBeUndefined();
    });

    it('refuses a save built on an old revision', async () => {
      const { installations } = await open();
      await installations.save(anInstallation('a'), [], []);
      await installations.save(anInstallation('a', { revision: 2 }), [], []);

      await expect(installations.save(anInstallation('a', { revision: 2 }), [], [])).rejects.toThrow(StaleRevision);
      await expect(installations.save(anInstallation('a'), [], [])).rejects.toThrow(StaleRevision);
      await expect(installations.save(anInstallation('a', { revision: 4 }), [], [])).rejects.toThrow(StaleRevision);
    });

    it('refuses a token that another installation of the app and provider holds, and changes nothing', async () => {
      const { installations, ledger, published } = await open();
      await installations.save(anInstallation('a', holding('t')), [], []);
      await installations.save(anInstallation('b'), [], []);
      const next = anInstallation('b', { revision: 2, ...holding('t') });

      await expect(installations.save(next, [removed(next)], [aLedgerLine(next)])).rejects.toThrow(TokenTaken);

      expect((await installations.findById(app, 'b'))?.revision).toBe(1);
      expect((await ledger.ofInstallation(app, 'b', 10)).items).toEqual([]);
      expect(await published()).toEqual([]);
    });

    it('lets the same token stand at another provider and in another app', async () => {
      const { installations } = await open();
      await installations.save(anInstallation('a', holding('t')), [], []);

      await installations.save(anInstallation('b', { ...holding('t'), provider: 'fcm' }), [], []);
      await installations.save(anInstallation('a', { ...holding('t'), app: 'other', key: 'other:000:a' }), [], []);

      expect((await installations.findByFingerprint(app, 'fcm', fingerprintOf('t')))?.id).toBe('b');
      expect((await installations.findByFingerprint(app, 'apns', fingerprintOf('t')))?.id).toBe('a');
    });

    it('stores events and ledger lines with the state, the lines once', async () => {
      const { installations, ledger, published } = await open();
      const first = anInstallation('a');
      const line = aLedgerLine(first);

      await installations.save(first, [removed(first)], [line]);
      await installations.save(anInstallation('a', { revision: 2 }), [], [line]);

      expect((await published()).map(({ type }) => type)).toEqual(['installation.removed.v1']);
      expect((await ledger.ofInstallation(app, 'a', 10)).items).toEqual([line]);
    });

    it('hides a tombstone but for a re-creation, until it is dropped', async () => {
      const { installations } = await open();
      const gone = anInstallation('a', { deletedAt: 100, userId: '' });
      await installations.save(gone, [], []);

      expect(await installations.findById(app, 'a')).toBeUndefined();
      expect(await installations.findByKeys([gone.key])).toEqual([]);
      expect((await installations.findWithTombstone(app, 'a'))?.revision).toBe(1);
      expect(await installations.dropTombstones(100, 10)).toBe(0);
      expect(await installations.dropTombstones(101, 10)).toBe(1);
      expect(await installations.findWithTombstone(app, 'a')).toBeUndefined();
    });

    it('finds by keys and by user in key order, leaving out what is not there', async () => {
      const { installations } = await open();
      const owner = aUser('kim');
      const mine = ['a', 'b', 'c'].map((id) => anInstallation(id, { owner }));
      for (const installation of mine) await installations.save(installation, [], []);
      await installations.save(anInstallation('d'), [], []);
      const keys = mine.map(({ key }) => key).sort();

      expect((await installations.findByKeys([...keys].reverse().concat('demo:000:nobody'))).map(({ key }) => key)).toEqual(keys);
      expect((await installations.findByUser(app, owner.userId)).map(({ key }) => key)).toEqual(keys);
      expect(await installations.findByUser(app, owner.userId, 2)).toHaveLength(2);
    });

    it('finds the installations of some users from which the app is gone', async () => {
      const { installations } = await open();
      const [kim, lee, max] = [aUser('kim'), aUser('lee'), aUser('max')];
      const gone = [
        anInstallation('gone-1', { owner: kim, uninstalledAt: 1_000 }),
        anInstallation('gone-2', { owner: lee, uninstalledAt: 2_000 }),
      ];
      const others = [
        anInstallation('there', { owner: kim }),
        anInstallation('deleted', { owner: kim, uninstalledAt: 1_000, deletedAt: 2_000 }),
        anInstallation('of-max', { owner: max, uninstalledAt: 1_000 }),
      ];
      for (const one of [...gone, ...others]) await installations.save(one, [], []);

      const found = await installations.findUninstalled(app, [kim.userId, lee.userId, 'nobody']);

      expect(found.map(({ id, uninstalledAt }) => [id, uninstalledAt])).toEqual(
        gone
          .map(({ key, id, uninstalledAt }) => ({ key, is: [id, uninstalledAt] }))
          .sort((a, b) => (a.key < b.key ? -1 : 1))
          .map(({ is }) => is),
      );
      expect(await installations.findUninstalled(app, [])).toEqual([]);
    });

    it('copies a user only to its installations that are behind, and raises their revision', async () => {
      const { installations } = await open();
      const kim = aUser('kim', { revision: 4, subscription: 'unsubscribed', tags: ['gold'], attributes: { age: 31 } });
      await installations.save(
        anInstallation('old', { owner: kim, userRevision: 3, subscription: 'subscribed', tags: ['own'], userTags: [] }),
        [],
        [],
      );
      await installations.save(anInstallation('new', { owner: kim, userRevision: 5, subscription: 'opted_in' }), [], []);
      await installations.save(anInstallation('other'), [], []);

      expect(await installations.copyUser(kim)).toBe(1);

      expect(await installations.findById(app, 'old')).toMatchObject({
        revision: 2, userRevision: 4, subscription: 'unsubscribed', userTags: ['gold'], userAttributes: { age: 31 }, externalId: 'kim', tags: ['own'],
      }); // prettier-ignore
      expect(await installations.findById(app, 'new')).toMatchObject({ revision: 1, subscription: 'opted_in' });
      expect(await installations.copyUser(kim)).toBe(0);
    });

    it('copies a user to more installations than one write takes', async () => {
      const { installations } = await open();
      const kim = aUser('kim');
      await saveAll(
        installations,
        Array.from({ length: 1_200 }, (_, n) => anInstallation(`i${n}`, { owner: kim })),
      );

      expect(await installations.copyUser({ ...kim, revision: 2, tags: ['all'] })).toBe(1_200);

      expect(await installations.countSelected(app, tags('all'), null)).toBe(1_200);
    });

    it('counts live installations by app, provider and token', async () => {
      const { installations } = await open();
      await installations.save(anInstallation('a', holding('t')), [], []);
      await installations.save(anInstallation('b'), [], []);
      await installations.save(anInstallation('c', { provider: 'fcm' }), [], []);
      await installations.save(anInstallation('d', { deletedAt: 1 }), [], []);
      await installations.save(anInstallation('a', { app: 'other', key: 'other:000:a' }), [], []);

      expect(await installations.count(app)).toBe(3);
      expect(await installations.count('nothing')).toBe(0);
      expect(await installations.tally()).toEqual(
        expect.arrayContaining([
          { app, provider: 'apns', withToken: true, installations: 1 },
          { app, provider: 'apns', withToken: false, installations: 1 },
          { app, provider: 'fcm', withToken: false, installations: 1 },
          { app: 'other', provider: 'apns', withToken: false, installations: 1 },
        ]),
      );
    });

    it('counts on when installations change, leave, return, are refused and are forgotten', async () => {
      const { installations } = await open();
      const first = anInstallation('a', holding('t'));
      await installations.save(first, [], []);
      await expect(installations.save(anInstallation('thief', holding('t')), [], [])).rejects.toThrow(TokenTaken);
      // Another content: the very same may be one's own first write, told of twice.
      await expect(installations.save({ ...first, model: 'another' }, [], [])).rejects.toThrow(StaleRevision);
      const bare = anInstallation('a', { revision: 2 });
      const moved = anInstallation('a', { ...holding('t'), revision: 3, provider: 'fcm' });
      const gone = anInstallation('a', { revision: 4, provider: 'fcm', deletedAt: 1 });
      const back = anInstallation('a', { ...holding('u'), revision: 5 });

      const seen = [];
      for (const next of [bare, moved, gone, back, { ...back, revision: 6, deletedAt: 1 }]) {
        await installations.save(next, [], []);
        seen.push((await installations.tally()).map(({ provider, withToken, installations: n }) => `${n} ${provider} ${withToken}`));
      }
      await installations.dropTombstones(2, 10);

      expect(seen).toEqual([['1 apns false'], ['1 fcm true'], [], ['1 apns true'], []]);
      expect(await installations.count(app)).toBe(0);
    });
  });
}

function removed({ app, id: installationId, userId, externalId, revision }: Installation) {
  return eventOf(installationRemovedV1, { app, installationId, userId, externalId, revision }, { source: 'carillon/test', at: 0 });
}
