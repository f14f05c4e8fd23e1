import { isDefaultRecipient, suppressionOf, type RecipientOptions } from '../../src/user/reachability.ts';

const ringing = { subscription: 'subscribed', notificationsEnabled: true, hasToken: true } as const;
const asked: RecipientOptions = { subscription: 'subscribed', silent: false };

describe('R42: recipients', () => {
  it.each([
    ['subscribed', 'subscribed', null],
    ['subscribed', 'opted_in', null],
    ['subscribed', 'unsubscribed', 'unsubscribed'],
    ['opted_in', 'subscribed', 'unsubscribed'],
    ['opted_in', 'opted_in', null],
    ['opted_in', 'unsubscribed', 'unsubscribed'],
    ['all', 'subscribed', null],
    ['all', 'opted_in', null],
    ['all', 'unsubscribed', null],
  ] as const)('a send to %s takes a user who is %s: %s', (wanted, subscription, expected) => {
    expect(suppressionOf({ ...ringing, subscription }, { ...asked, subscription: wanted })).toBe(expected);
  });

  it.each([
    [false, true, true, null],
    [false, true, false, 'not_foreground'],
    [false, false, true, 'no_token'],
    [true, true, false, null],
    [true, false, true, 'no_token'],
  ] as const)('silent %s, token %s, foreground %s: %s', (silent, hasToken, notificationsEnabled, expected) => {
    expect(suppressionOf({ ...ringing, hasToken, notificationsEnabled }, { ...asked, silent })).toBe(expected);
  });

  it("R39: says first what the person wished, whatever the device's state", () => {
    const recipient = { subscription: 'unsubscribed', notificationsEnabled: false, hasToken: false } as const;

    expect(suppressionOf(recipient, asked)).toBe('unsubscribed');
    expect(suppressionOf(recipient, { subscription: 'all', silent: false })).toBe('no_token');
    expect(isDefaultRecipient(recipient)).toBe(false);
    expect(isDefaultRecipient(ringing)).toBe(true);
  });
});
