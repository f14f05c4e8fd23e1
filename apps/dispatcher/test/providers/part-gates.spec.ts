import { generateKeyPairSync } from 'node:crypto';
import { FixedClock } from '#libs/testing';
import { FcmProtocol } from '../../src/providers/fcm/fcm-protocol.ts';
import { fcmSettings } from '../../src/providers/fcm/settings.ts';
import { MemorySharedTokens } from '../../src/providers/memory-shared-tokens.ts';
import type { Outcome } from '../../src/providers/outcome.ts';
import { PartGates } from '../../src/providers/part-gates.ts';
import { aProviderRequest, aRecipient } from './a-provider-request.ts';
import { anAnswer } from './an-answer.ts';

const key = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const refused: Outcome = { kind: 'credentials_bad', reason: 'BadJwtToken', refreshable: false, scope: 'part' };
const apple = 'https://web.push.apple.com';

describe('a part of a provider that refuses an account', () => {
  let pauses: PartGates;

  beforeEach(() => {
    pauses = new PartGates();
    pauses.observe('shop', apple, refused, 0);
  });

  it('is asked on after one refusal, which may be about one address', () => {
    expect(pauses.obstacle('shop', apple, 0)).toBeUndefined();
  });

  it('is left alone for half a minute after two, and no other part or account is', () => {
    pauses.observe('shop', apple, refused, 0);

    expect(pauses.obstacle('shop', apple, 10_000)).toEqual({
      ...{ kind: 'retry_later', reason: 'BadJwtToken', faultOf: 'provider', afterMs: 20_000 },
    });
    expect(pauses.obstacle('shop', 'https://fcm.googleapis.com', 10_000)).toBeUndefined();
    expect(pauses.obstacle('other', apple, 10_000)).toBeUndefined();
    expect(pauses.obstacle('shop', apple, 30_000)).toBeUndefined();
  });

  it('is left alone again where the next message is refused, too', () => {
    pauses.observe('shop', apple, refused, 0);
    pauses.observe('shop', apple, refused, 30_000);

    expect(pauses.obstacle('shop', apple, 30_001)).toMatchObject({ afterMs: 29_999 });
  });

  it('has a clean slate once it accepts something, or is asked with another signature', () => {
    pauses.observe('shop', apple, { kind: 'accepted' }, 1);
    pauses.observe('shop', apple, refused, 2);
    expect(pauses.obstacle('shop', apple, 2)).toBeUndefined();

    pauses.observe('shop', apple, refused, 2);
    pauses.lift('shop', apple);
    expect(pauses.obstacle('shop', apple, 2)).toBeUndefined();
  });
});

describe('FCM whose key of APNs is wrong', () => {
  it('is asked for Android all the same', () => {
    const clock = new FixedClock('2026-01-01T00:00:00Z');
    const protocol = new FcmProtocol(fcmSettings.parse({}), new MemorySharedTokens(), clock);
    const serviceAccount = {
      project_id: 'a-project',
      client_email: 'push@a-project.iam.example.com',
      private_key: key,
      private_key_id: 'id',
    };
    const account = protocol.account({ id: 'demo:1', simulated: false, bundleIds: [], fields: { serviceAccount } }, undefined);
    const recipients = [aRecipient({ platform: 'ios', token: 'a' }), aRecipient({ platform: 'android', token: 'b' })];
    const body = JSON.stringify({
      error: {
        status: 'UNAUTHENTICATED',
        details: [{ '@type': 'x/google.firebase.fcm.v1.FcmError', errorCode: 'THIRD_PARTY_AUTH_ERROR' }],
      },
    });
    for (let times = 0; times < 2; times += 1) protocol.classify(anAnswer(401, body), recipients[0]!, account);

    const { batches, failed } = protocol.build(aProviderRequest({ recipients }), [0, 1], account, { header: 'Bearer x' });

    expect(batches.map(({ positions }) => positions)).toEqual([[1]]);
    expect(failed).toEqual([
      { position: 0, outcome: { kind: 'retry_later', reason: 'THIRD_PARTY_AUTH_ERROR', faultOf: 'provider', afterMs: 30_000 } },
    ]);
  });
});
