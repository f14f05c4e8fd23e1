import { IdentityHttp } from './identity-http.ts';

let app: IdentityHttp;
beforeEach(async () => {
  app = await IdentityHttp.start();
});
afterEach(async () => {
  await app.close();
});

describe('changeUser', () => {
  it('R22–R27: Charlie → Kim → Charlie moves the token with its ledger and nobody’s subscription', async () => {
    await app.phone('phone-1', 1, { user: 'charlie' });
    await app.call('PATCH', 'users/charlie', { body: { subscription: 'opted_in' } });
    const before = await app.user('charlie');
    app.http.clock.advance(1_000);

    const toKim = await app.changeUser('phone-1', 'kim');

    expect(toKim.status).toBe(200);
    expect(toKim.body).toMatchObject({ externalId: 'kim', previousExternalId: 'charlie', previousUserId: before.body['userId'] });
    expect(toKim.headers['etag']).toBe(`"${String(toKim.body['revision'] as number)}"`);
    expect([await app.isReachable('charlie'), await app.isReachable('kim')]).toEqual([false, true]);
    expect((await app.user('charlie')).body).toMatchObject({ subscription: 'opted_in', installations: [] }); // R24
    expect((await app.ledger('charlie')).at(-1)).toMatchObject({
      event: 'moved',
      at: '2026-01-01T00:00:01.000Z',
      fromExternalId: 'charlie',
      toExternalId: 'kim',
      tokenFingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
    });

    await app.changeUser('phone-1', 'charlie');

    expect([await app.isReachable('charlie'), await app.isReachable('kim')]).toEqual([true, false]);
    expect((await app.ledger('kim')).map(({ event, toExternalId }) => [event, toExternalId])).toEqual([
      ['moved', 'kim'],
      ['moved', 'charlie'],
    ]);
  });

  it('R25: an unsubscribed Kim receives the token and is not reachable', async () => {
    await app.phone('phone-1', 1, { user: 'charlie' });
    await app.call('PATCH', 'users/kim', { body: { subscription: 'unsubscribed' } });

    await app.changeUser('phone-1', 'kim');

    const { body } = await app.call('GET', 'users/kim/reachability');
    expect(body).toMatchObject({
      reachable: false,
      installations: [{ id: 'phone-1', reachable: false, reason: 'unsubscribed', since: '2026-01-01T00:00:00.000Z', rule: 'R39' }],
      hint: expect.any(String) as unknown,
    });
    expect((await app.user('kim')).body).toMatchObject({
      subscription: 'unsubscribed',
      installations: [{ pushRegisteredFor: 'Foreground: demo' }],
    });
  });

  it('R3: the same user again changes nothing', async () => {
    const { revision } = await app.phone('phone-1', 1, { user: 'charlie' });

    const { body } = await app.changeUser('phone-1', 'charlie');

    expect(body).toMatchObject({ revision, externalId: 'charlie', previousExternalId: 'charlie' });
  });

  it('R30: an anonymous user becomes known and stays the same user', async () => {
    const { userId } = await app.phone('phone-1', 1);

    const { body } = await app.changeUser('phone-1', 'charlie');

    expect(body).toMatchObject({ userId, externalId: 'charlie', previousUserId: userId, previousExternalId: null });
  });

  it('R31: an anonymous user with a token becomes an existing user who has another; both tokens are kept', async () => {
    await app.phone('tablet', 2, { user: 'charlie' });
    const { userId: anonymous } = await app.phone('phone-1', 1);

    const { body } = await app.changeUser('phone-1', 'charlie');

    const charlie = await app.user('charlie');
    expect(body).toMatchObject({ userId: charlie.body['userId'], previousUserId: anonymous, previousExternalId: null });
    expect(charlie.body['installations']).toMatchObject([
      { pushRegisteredFor: 'Foreground: demo' },
      { pushRegisteredFor: 'Foreground: demo' },
    ]);
  });

  it('R6: DELETE detaches: the installation gets a fresh anonymous user', async () => {
    const { userId } = await app.phone('phone-1', 1, { user: 'charlie' });

    const { status, body } = await app.call('DELETE', 'installations/phone-1/user');

    expect(status).toBe(200);
    expect(body).toMatchObject({ externalId: null, previousExternalId: 'charlie', previousUserId: userId });
    expect(body['userId']).not.toBe(userId);
    expect(await app.isReachable('charlie')).toBe(false);
  });

  it('R29a: racing changes leave one owner, and both stand in the ledger in order', async () => {
    await app.phone('phone-1', 1, { user: 'charlie' });

    await Promise.all(['kim', 'lee', 'sam'].map((user) => app.changeUser('phone-1', user)));

    const owners = await Promise.all(['charlie', 'kim', 'lee', 'sam'].map((user) => app.isReachable(user)));
    expect(owners.filter(Boolean)).toHaveLength(1);
  });

  it('is refused for an unknown installation, at another revision and without a name', async () => {
    const { revision } = await app.phone('phone-1', 1);
    const stale = { headers: { 'if-match': `"${String(revision + 7)}"` } };

    expect((await app.changeUser('nobody', 'kim')).body).toMatchObject({ status: 404, code: 'installation_not_found' });
    expect((await app.changeUser('phone-1', 'kim', stale)).body).toMatchObject({ status: 412, code: 'revision_mismatch' });
    expect((await app.call('DELETE', 'installations/phone-1/user', stale)).status).toBe(412);
    expect((await app.changeUser('phone-1', '')).status).toBe(400);
    expect((await app.call('PUT', 'installations/phone-1/user', { body: { externalId: 'kim', more: 1 } })).status).toBe(400);
    expect((await app.changeUser('phone-1', 'kim', { headers: { 'if-match': `"${String(revision)}"` } })).status).toBe(200);
  });
});
