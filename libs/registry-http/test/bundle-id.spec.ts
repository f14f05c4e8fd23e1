import { bundleIdProblem } from '../src/push-token-form.ts';

describe('a bundle id', () => {
  it.each(['app.demo', 'com.Example-Corp.app2', '4711'])('%j is one', (bundleId) => {
    expect(bundleIdProblem('apns', bundleId)).toBeUndefined();
  });

  it.each(['app demo', 'app_demo', 'äpp.demo', '.app', '-app', 'app/demo', 'app:demo', 'app.demo\u{1F514}', ' '])(
    '%j is none: APNs would refuse it as a fault of the credential, and stop everybody',
    (bundleId) => {
      expect(bundleIdProblem('apns', bundleId)).toContain('must be a bundle id');
    },
  );

  it('is not asked for where the provider knows none', () => {
    expect(bundleIdProblem('fcm', 'com.example.my_app')).toBeUndefined();
  });
});
