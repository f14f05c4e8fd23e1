import { BUILT_PROVIDERS } from '#libs/kernel';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ADMIN_KEY, until, type Platform } from '../support/platform.ts';
import type { Shop } from '../support/shop.ts';
import type { Known } from './operations.ts';

/** So many dead tokens among so many phones hold back an app's purges (R51). */
const installationOfExamples = 'phone-1';
const [phonesOfHold, deadOfHold] = [210, 60];
const letters = 250;
const nobody = '0198f3a2-6b1c-4c8e-9d2a-3f5b7c9e1a24';

/** Some of everything that paths name. */
export async function somethingKnown(platform: Platform, shop: Shop): Promise<Known> {
  const { app } = shop;
  const phones = Array.from({ length: 40 }, (_, index) => `p${index}`);
  for (const [index, id] of phones.entries()) await shop.register(id, { externalId: `u${index % 2}`, tags: ['vip'] });
  await shop.call('PUT', '/campaigns/c0', { to: { tags: 'vip' }, message: { title: 'Sale' } });
  await shop.register(installationOfExamples); // it is known to bodies that name one, too
  await shop.call('PUT', '/audiences/regulars', { filter: { tag: 'vip' } });
  await shop.call('PUT', '/audiences/vips', { filter: { tag: 'vip' } });
  await shop.call('PUT', '/templates/hello', { message: { title: 'Hi' } });
  await shop.call('PUT', '/webhooks/crm', { url: 'https://receiver.invalid/', types: ['*'] });
  for (const place of ['live-activities/match', 'live-activity-starts/Delivery'])
    await shop.call('PUT', `/installations/p0/${place}`, { token: randomBytes(32).toString('hex') });
  await platform.call('PUT', '/v1/apps/other', { name: 'other' });
  const { body: imported } = await shop.call<{ id: string }>('POST', '/imports', { format: 'carillon', mode: 'upsert' });
  const { body: exported } = await shop.call<{ id: string }>('POST', '/exports', { what: 'users' });
  const sends = [];
  for (const to of [{ everyone: true }, { users: ['u0'] }, { tags: 'nobody' }]) {
    sends.push((await shop.send({ to, message: { title: 'Hi' } })).body.sendId);
  }
  const merge = [{ from: { externalId: 'kim' }, into: { externalId: 'u1' } }];
  const { body: merging } = await shop.call<{ operation: string }>('POST', '/users/merge', merge);
  await shop.register('erased', { externalId: 'gone' });
  const { body: erasing } = await shop.call<{ erasure: string }>('DELETE', '/users/gone');
  const { body: channel } = await shop.call<{ channelId: string }>('POST', '/apns-channels', {});
  const key = async (path: string, body: object) => (await platform.call<{ id: string; key: string }>('POST', path, body)).body;
  const [sdk, spare, admin] = [await key(`/v1/apps/${app}/keys`, { kind: 'sdk' }), await key(`/v1/apps/${app}/keys`, { kind: 'server' }), await key('/v1/keys', { name: 'spare' })]; // prettier-ignore
  return {
    keys: [...Array<string>(6).fill(ADMIN_KEY), ...Array<string>(3).fill(shop.key), sdk.key, sdk.key, 'nonsense-nonsense'],
    ids: {
      app: [app],
      externalId: ['u0', 'u1', 'kim'],
      provider: BUILT_PROVIDERS,
      type: ['send.requested.v1', 'user.updated.v1', 'what.v1'],
      'installations/id': [...phones, 'new-1', 'new-2'],
      'campaigns/id': ['c0', 'c1'],
      'audiences/name': ['vips', 'others'],
      activityId: ['match', 'order-17'],
      attributesType: ['Delivery', 'Ride'],
      channelId: [channel.channelId, 'AAAAAAAAAAAAAAAAAAAAAA=='],
      'fcm-topics/topic': ['news', 'weather'],
      'imports/id': [imported.id, nobody],
      'exports/id': [exported.id, nobody],
      'erasures/id': [erasing.erasure, nobody],
      'operations/id': [merging.operation, nobody],
      'parts/part': ['1', '2'],
      'templates/name': ['hello', 'bye'],
      'webhooks/name': ['crm', 'new'],
      'sends/id': [...sends, nobody],
      'keys/id': [spare.id, nobody],
      '/v1/keys/{id}': [admin.id, nobody],
      // What replays and deletes takes them away.
      'dead-letters/id': [...deadLetters(platform, app, 'one'), nobody],
      '/v1/dead-letters/{id}': [...deadLetters(platform, app, 'any'), nobody],
      '/v1/apps/{app}/dead-letters/{id}/replay': [...deadLetters(platform, app, 'replayed'), nobody],
      '/v1/dead-letters/{id}/replay': [...deadLetters(platform, app, 'any-replayed'), nobody],
      'purge-holds/id': [await aHold(shop, 'apns'), nobody],
      'purge-holds/{id}/discard': [await aHold(shop, 'fcm'), nobody],
    },
  };
}

/** Letters of events that nobody could handle, as the log keeps them: what makes real ones takes minutes. */
function deadLetters({ folder }: Platform, app: string, name: string): string[] {
  const file = new DatabaseSync(join(folder, 'data/carillon.db'), { timeout: 5_000 });
  const insert = file.prepare(`
    INSERT INTO dead_letters (id, grp, service, topic, partition, "offset", key, type, app, code, reason, tries, at, original, truncated, headers)
    VALUES (?, 'push.user', 'identity', 'push.user', 0, ?, 'fuzz:u0', 'user.changed.v1', ?, 'handler_failed', 'It failed', 5, ?, '{}', 0, '[]')`);
  const ids = Array.from({ length: letters }, (_, at) => `${name}-${at}`);
  for (const [at, id] of ids.entries()) insert.run(id, at, app, Date.now());
  file.close();
  return ids;
}

/** A send to phones of which too many are gone. */
async function aHold(shop: Shop, provider: 'apns' | 'fcm'): Promise<string> {
  const [platform, tag] = [provider === 'apns' ? 'ios' : 'android', `held-${provider}`];
  const tokens = [];
  for (let at = 0; at < phonesOfHold; at += 1) {
    const token =
      provider === 'apns' ? {} : { token: `${randomBytes(16).toString('base64url')}:APA91b${randomBytes(100).toString('base64url')}` };
    tokens.push(await shop.register(`${tag}-${at}`, { platform, provider, tags: [tag], ...token }));
  }
  const faults = tokens.slice(0, deadOfHold).map((token) => ({ provider, token, behaviour: 'invalid' }));
  await shop.platform.simulator('PUT', '/faults', faults);
  await shop.send({ to: { tags: tag }, message: { title: 'Anybody?' } });
  const holds = () => shop.call<{ items: { id: string; provider: string }[] }>('GET', '/purge-holds');
  const ours = ({ body }: Awaited<ReturnType<typeof holds>>) => body.items.find((hold) => hold.provider === provider);
  return ours(await until(holds, (answer) => ours(answer) !== undefined, 60_000))!.id;
}
