import { aUser, anInstallation, holding } from '../../src/opened-registry.contract.ts';
import { pushRegisteredFor, reachabilityOf } from '../../src/user/reachability.ts';

const kim = aUser('kim', { subscriptionChangedAt: 5 });
const ringing = { ...holding('t', 9), notificationsEnabled: true, permission: 'granted' } as const;

describe('reachability', () => {
  it('R42: a person is reachable on each device with a token in the foreground', () => {
    const answer = reachabilityOf(kim, [anInstallation('phone', ringing), anInstallation('old', { ...ringing, token: null })]);

    expect(answer).toMatchObject({ reachable: true, hint: null });
    expect(answer.installations.map(({ id, reachable }) => [id, reachable])).toEqual([['phone', true], ['old', false]]); // prettier-ignore
  });

  it.each([
    ['R39', { subscription: 'unsubscribed' }, {}, 'unsubscribed', 5],
    ['R46', {}, { token: null, tokenLostReason: 'Unregistered', tokenLostAt: 7 }, 'Unregistered', 7],
    ['R12', {}, { token: null, tokenLostReason: 'superseded', tokenLostAt: 7 }, 'superseded', 7],
    ['R8', {}, { token: null, tokenLostReason: 'cleared', tokenLostAt: 7 }, 'cleared', 7],
    ['R16', {}, { token: null, tokenLostReason: 'not_permitted', tokenLostAt: 7, platform: 'web' }, 'not_permitted', 7],
    ['R21', {}, { token: null, tokenLostReason: 'no_session', tokenLostAt: 7, platform: 'web' }, 'no_session', 7],
    ['R10', {}, { token: null, firstSeenAt: 2 }, 'no_token', 2],
    ['R43', {}, { notificationsEnabled: false, permissionChangedAt: 8 }, 'notifications_disabled', 8],
    ['R41', {}, { notificationsEnabled: false, permission: 'denied', permissionChangedAt: 8 }, 'notifications_disabled', 8],
    ['R15', {}, { notificationsEnabled: false, permission: 'not_asked', permissionChangedAt: 8 }, 'notifications_disabled', 8],
    [
      'R14',
      {},
      { notificationsEnabled: false, permission: 'not_asked', platform: 'android', permissionChangedAt: 8 },
      'notifications_disabled',
      8,
    ],
  ] as const)('%s: a user %j with a device %j is not, because %s', (rule, user, device, reason, since) => {
    const answer = reachabilityOf({ ...kim, ...user }, [anInstallation('phone', { ...ringing, ...device })]);

    expect(answer.reachable).toBe(false);
    expect(answer.installations[0]).toMatchObject({ reachable: false, reason, since, rule });
    expect(answer.hint).toMatch(/\w/);
  });

  it.each([
    ['production', 'sandbox'],
    ['sandbox', 'production'],
  ] as const)('names the other APNs environment after a token that APNs does not know in %s', (environment, other) => {
    const lost = { ...ringing, token: null, tokenLostReason: 'BadDeviceToken', tokenLostAt: 7, environment };

    const { hint } = reachabilityOf(kim, [anInstallation('phone', lost)]);

    expect(hint).toContain(`its ${environment} environment`);
    expect(hint).toContain(`"environment": "${other}"`);
    expect(hint).not.toContain('the next start of the app registers a new one');
  });

  it('names each reason of a person who has several, and what would help', () => {
    const devices = [
      anInstallation('phone', { ...ringing, token: null, tokenLostReason: 'Unregistered', tokenLostAt: 7 }),
      anInstallation('tablet', { ...ringing, notificationsEnabled: false }),
    ];

    const { hint } = reachabilityOf(kim, devices);

    expect(hint).toContain('Unregistered');
    expect(hint).toContain('switched off');
  });

  it('tells a provider that cannot be used, and a user without devices', () => {
    const without = reachabilityOf(kim, [anInstallation('phone', ringing)], () => false);

    expect(without.installations[0]).toMatchObject({ reachable: false, reason: 'provider_unavailable' });
    expect(reachabilityOf(kim, [])).toMatchObject({
      reachable: false,
      installations: [],
      hint: expect.stringContaining('No installation') as string,
    });
  });

  it('R45: the line of a device says Foreground, Background or --', () => {
    expect(pushRegisteredFor(anInstallation('a', ringing))).toBe('Foreground: demo');
    expect(pushRegisteredFor(anInstallation('a', { ...ringing, notificationsEnabled: false }))).toBe('Background: demo');
    expect(pushRegisteredFor(anInstallation('a', { ...ringing, token: null }))).toBe('--');
  });
});
