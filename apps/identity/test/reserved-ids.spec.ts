import { eventOf, userUpdatedV1 } from '#libs/events';
import { startConsumers } from '#libs/testing/http';
import { DeadLetters, EventPublisher } from '#libs/messaging';
import { UserRepository } from '#libs/registry';
import { eventually } from '#libs/testing';
import { IdentityHttp, pointersOf } from './identity-http.ts';

describe('an external id that is nobody’s', () => {
  let app: IdentityHttp;
  beforeEach(async () => {
    app = await IdentityHttp.start();
  });
  afterEach(() => app.close());

  function part<T>(type: abstract new (...args: never[]) => T): T {
    return app.http.app.get<T>(type, { strict: false });
  }

  it.each(['null', 'undefined', '(null)', ' '])('%j is given to no installation and no user (R22, R37)', async (externalId) => {
    await app.phone('phone-1', 1, { user: 'charlie' });
    const proof = await app.ownPhone('phone-2', 2);
    const path = `users/${encodeURIComponent(externalId)}`;

    const answers = await Promise.all([
      app.changeUser('phone-1', externalId),
      app.changeUser('phone-2', externalId, { key: app.sdk, headers: proof }), // before anybody asks for a signed token
      app.call('PATCH', path, { body: { tags: ['vip'] } }),
    ]);

    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'external_id_reserved' } });
      expect(pointersOf(answer)).toEqual(['/externalId']);
    }
    expect((await app.user(externalId)).status).toBe(404);
    expect((await app.call('POST', 'users/lookup', { body: { externalId } })).status).toBe(404);
    expect((await app.call('POST', `${path}/tags`, { body: { add: ['vip'] } })).status).toBe(404);
  });

  it.each([
    ['null', 'external_id_reserved'],
    ['x'.repeat(200), 'user_update_invalid'],
    ['a\u0000b', 'user_update_invalid'],
  ])('%j makes no user through an event either, and is a dead letter: %s', async (externalId, code) => {
    await startConsumers(app.http);
    const event = eventOf(userUpdatedV1, { app: 'demo', externalId, tags: ['vip'] }, { id: 'u', source: 'crm', at: app.http.clock.now() });

    await part(EventPublisher).publish([event]);

    const letters = await eventually(
      () => part(DeadLetters).list({ app: 'demo' }, 10),
      ({ items }) => items.length > 0,
    );
    expect(letters.items.map((letter) => letter.code)).toEqual([code]);
    expect(await part(UserRepository).findByExternalId('demo', externalId)).toBeUndefined();
  });
});
