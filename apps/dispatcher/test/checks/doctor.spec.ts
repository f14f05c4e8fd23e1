import { diagnose } from '../../src/checks/doctor.ts';
import { apnsDoctor } from '../../src/providers/apns/doctor.ts';
import { baiduDoctor } from '../../src/providers/baidu/doctor.ts';
import { admDoctor } from '../../src/providers/adm/doctor.ts';
import { fcmDoctor } from '../../src/providers/fcm/doctor.ts';
import { hmsDoctor } from '../../src/providers/hms/doctor.ts';
import { webPushDoctor } from '../../src/providers/webpush/doctor.ts';
import { wnsDoctor } from '../../src/providers/wns/doctor.ts';
import { ACCEPTED_OUTCOME, type Outcome } from '../../src/providers/outcome.ts';

const badToken: Outcome = { kind: 'token_invalid', reason: 'BadDeviceToken' };
const bad = (reason: string, more: Partial<Extract<Outcome, { kind: 'credentials_bad' }>> = {}): Outcome => ({
  kind: 'credentials_bad',
  reason,
  refreshable: false,
  ...more,
});
const both = (bundleId: string, production: Outcome, sandbox: Outcome) => [
  { bundleId, environment: 'production', outcome: production } as const,
  { bundleId, environment: 'sandbox', outcome: sandbox } as const,
];

describe('the doctor of credentials', () => {
  it('takes a provider that finds fault with the address alone as one that takes the credential', () => {
    expect(diagnose(both('app.shop', badToken, badToken), apnsDoctor)).toEqual({ verdict: 'accepted', findings: [] });
    expect(diagnose([{ outcome: ACCEPTED_OUTCOME }], fcmDoctor)).toEqual({ verdict: 'accepted', findings: [] });
  });

  it('names the wrong bundle id among good ones', () => {
    const answers = [...both('app.shop', badToken, badToken), ...both('app.till', bad('TopicDisallowed'), bad('TopicDisallowed'))];

    const { verdict, findings } = diagnose(answers, apnsDoctor);

    expect(verdict).toBe('refused');
    expect(findings).toMatchObject([
      {
        level: 'error',
        reason: 'TopicDisallowed',
        bundleId: 'app.till',
        environment: 'production',
        message: expect.stringContaining('bundle id') as string,
      },
      { level: 'error', bundleId: 'app.till', environment: 'sandbox' },
    ]);
  });

  it('warns of a key or certificate that is good in one environment only', () => {
    const { verdict, findings } = diagnose(both('app.shop', badToken, bad('BadEnvironmentKeyIdInToken')), apnsDoctor);

    expect(verdict).toBe('accepted');
    expect(findings).toMatchObject([
      { level: 'warning', environment: 'sandbox', message: expect.stringContaining('other environment') as string },
    ]);
  });

  it.each([
    ['InvalidProviderToken', apnsDoctor, /revoked/],
    ['ExpiredProviderToken', apnsDoctor, /clock/],
    ['BadCertificate', apnsDoctor, /ended/],
    ['BadCertificateEnvironment', apnsDoctor, /other environment/],
    ['invalid_grant', fcmDoctor, /deleted or disabled/],
    ['PERMISSION_DENIED', fcmDoctor, /another project/],
    ['NOT_FOUND', fcmDoctor, /no such project/],
    ['1101', hmsDoctor, /secret/],
    ['80300002', hmsDoctor, /Push Kit/],
    ['30603', baiduDoctor, /secret key/],
    ['DeviceTokenNotForTopic', apnsDoctor, /bundle id/],
    ['BadEnvironmentKeyIdInToken', apnsDoctor, /sandbox or production/],
    ['SENDER_ID_MISMATCH', fcmDoctor, /another project/],
    ['BadJwtToken', webPushDoctor, /subject/],
    ['vapid_key_unknown', webPushDoctor, /key/],
    ['invalid_client', wnsDoctor, /another app/],
    ['channel_of_another_app', wnsDoctor, /another app/],
    ['INVALID_CLIENT', admDoctor, /secret/],
    ['30606', baiduDoctor, /time/],
    ['SomethingNew', apnsDoctor, /refuses the credential/],
  ])('says in plain words what %s means, and what to do', (reason, doctor, words) => {
    const [finding] = diagnose([{ outcome: bad(reason) }], doctor).findings;

    expect(finding).toMatchObject({ level: 'error', reason, message: expect.stringMatching(words) as string });
    expect(finding?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('blames the clock where it is minutes away from the provider’s, and quotes what the provider said', () => {
    const outcome = bad('invalid_grant', { detail: 'Invalid JWT: Token must be a short-lived token', clockAheadMs: -420_000 });

    expect(diagnose([{ outcome }], fcmDoctor).findings).toMatchObject([
      {
        message: 'The clock of this server is 420 s behind the provider’s. It says: “Invalid JWT: Token must be a short-lived token”.',
        remedy: expect.stringContaining('NTP') as string,
      },
    ]);
    expect(diagnose([{ outcome: bad('invalid_grant', { clockAheadMs: 2_000 }) }], fcmDoctor).findings[0]?.message).toContain('deleted');
  });

  it('finds unclear what nobody could be asked about, and refuses nothing for it', () => {
    const down: Outcome = { kind: 'provider_down', reason: 'connect_failed', faultOf: 'network' };

    expect(diagnose(both('app.shop', down, down), apnsDoctor)).toMatchObject({ verdict: 'unclear', findings: [{ level: 'warning' }, {}] });
    expect(diagnose(both('app.shop', badToken, down), apnsDoctor)).toMatchObject({ verdict: 'accepted', findings: [{ level: 'warning' }] });
  });
});
