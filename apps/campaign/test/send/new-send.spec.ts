import { defaultSettings } from '#libs/access';
import { readSend } from '../../src/intake/read-send.ts';
import { newSend, slicesFor } from '../../src/send/new-send.ts';

const target = {
  shown: { everyone: true },
  audience: { kind: 'everyone' },
  recipients: 100_000,
  installations: 100_000,
  users: null,
  unmatched: { unknownUsers: null, unreachableUsers: null, unknownTokens: null },
} as const;

function sendWith(options: object, message: object = { title: 'x' }) {
  const request = readSend({ to: { everyone: true }, message, options });
  return newSend({ id: 's', app: 'demo', campaign: null, request, rules: defaultSettings, target, at: 1_000, dueAt: 2_000 });
}

describe('a new send', () => {
  it.each([
    [0, 1],
    [20_000, 1],
    [20_001, 2],
    [10_000_000, 64],
    [60_000_000, 256],
  ])('has, for %i installations, %i slices', (installations, slices) => {
    expect(slicesFor(installations)).toBe(slices);
  });

  it('is planned in one order where its recipients are limited', () => {
    expect(sendWith({ maxRecipients: 200_000 })).toMatchObject({ state: 'planning', slices: 1 });
    expect(sendWith({})).toMatchObject({ slices: 5 });
  });

  it('fills in what its purpose says', () => {
    expect(sendWith({})).toMatchObject({
      lane: 'bulk',
      expiresAt: 1_000 + 259_200_000,
      options: { priority: 'normal', subscription: 'subscribed' },
    });
    expect(sendWith({ purpose: 'transactional' })).toMatchObject({
      lane: 'transactional',
      expiresAt: 3_601_000,
      options: { priority: 'high' },
    });
    expect(sendWith({ ttl: 30 })).toMatchObject({ expiresAt: 31_000 });
    expect(sendWith({}, { data: { a: '1' }, silent: true })).toMatchObject({ options: { priority: 'low' } });
  });

  it('is over at once when it would reach more than it may', () => {
    expect(sendWith({ maxRecipients: 99_999 })).toMatchObject({
      state: 'failed',
      stateReason: 'audience_too_large',
      finishedAt: 1_000,
      dueAt: null,
    });
  });
});
