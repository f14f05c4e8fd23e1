import { PROVIDERS } from '#libs/kernel';
import { tokenForm } from '../src/push-token-form.ts';

const placeholders = [
  'null', 'NULL', 'undefined', '(null)', '<null>', '"null"', 'nil', 'None', 'NaN', ' null ', 'Optional(nil)', '[object Object]', 'BLACKLISTED',
  'blacklisted', 'SERVICE_NOT_AVAILABLE', 'java.io.IOException: SERVICE_NOT_AVAILABLE', 'java.io.IOException:AUTHENTICATION_FAILED:and:so:on',
  'FIS_AUTH_ERROR', 'MISSING_INSTANCEID_SERVICE', 'TOO_MANY_REGISTRATIONS', '', ' ', '\u0000',
]; // prettier-ignore

const keys = {
  p256dh: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url'),
  auth: Buffer.alloc(16, 1).toString('base64url'),
};

describe('what an app sends where it has no token', () => {
  it.each(PROVIDERS)('is none of %s', (provider) => {
    for (const text of placeholders)
      expect(tokenForm(provider, text)).toEqual({ problems: [{ pointer: '', message: expect.any(String) as string }] });
  });

  it.each(['null', 'undefined', '(null)', '%28null%29', 'BLACKLISTED', '', '%E0%A4%A'])(
    'is no subscription of Web Push: …/send/%s',
    (step) => {
      const endpoint = `https://fcm.googleapis.com/fcm/send/${step}`;

      expect(tokenForm('webpush', { endpoint, keys }).problems?.map(({ pointer }) => pointer)).toEqual(['/endpoint']);
    },
  );

  it.each([
    'https://db5p.notify.windows.com/',
    'https://db5p.notify.windows.com/?token=',
    'https://db5p.notify.windows.com/?token=undefined',
  ])('is no channel of WNS: %s', (url) => {
    expect(tokenForm('wns', url).problems).toHaveLength(1);
  });

  it('says so without quoting it', () => {
    expect(tokenForm('fcm', 'BLACKLISTED').problems).toEqual([
      { pointer: '', message: 'must be a token: this text is what programs write without one' },
    ]);
  });
});
