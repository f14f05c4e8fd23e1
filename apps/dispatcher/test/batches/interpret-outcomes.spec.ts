import { IndexSet } from '#libs/sends';
import type { Outcome } from '../../src/providers/outcome.ts';
import { WindowProgress, interpretOutcomes, type Handed } from '../../src/batches/outcomes.ts';

const handed: Handed = {
  positions: [0],
  isImported: () => false,
  holder: () => ({ fingerprint: 'f1', confirmedAt: 5, imported: false }),
};
const interpreter = { retryAt: () => 1_000, sealed: () => 'sealed' };

function interpreted(outcome: Outcome): WindowProgress {
  const progress = new WindowProgress(IndexSet.of([0]));
  progress.hand(handed);
  interpretOutcomes([{ handed, outcomes: [outcome] }], progress, interpreter);
  return progress;
}

const harmless: readonly Outcome[] = [
  { kind: 'payload_bad', reason: 'PayloadTooLarge' },
  { kind: 'credentials_bad', reason: 'InvalidProviderToken', refreshable: false },
  { kind: 'credentials_bad', reason: 'BadTopic', refreshable: false },
  { kind: 'retry_later', reason: 'InternalServerError', faultOf: 'provider' },
  { kind: 'throttled', reason: 'TooManyRequests', scope: 'token' },
  { kind: 'provider_down', reason: 'ServiceUnavailable', faultOf: 'provider' },
  { kind: 'unknown', reason: 'deadline' },
];

describe('what a provider says of a message', () => {
  it.each(harmless.map((outcome) => [`${outcome.kind} ${'reason' in outcome ? outcome.reason : ''}`, outcome] as const))(
    'R47: leaves the token alone after %s',
    (_, outcome) => {
      expect(interpreted(outcome).tokens).toEqual([]);
    },
  );

  it('tells of a dead token with all that a purge compares', () => {
    expect(interpreted({ kind: 'token_invalid', reason: 'Unregistered', invalidSince: 9 }).tokens).toEqual([
      {
        index: 0,
        outcome: 'token_invalid',
        reason: 'Unregistered',
        fingerprint: 'f1',
        confirmedAt: 5,
        imported: false,
        invalidSince: 9,
        sealedToken: null,
      },
    ]);
  });
});
