import { PushToken } from '#libs/kernel';
import { IndexSet } from '#libs/sends';
import { ACCEPTED_OUTCOME, type Outcome } from '../../src/providers/outcome.ts';
import { WindowProgress, interpretOutcomes, type Handed } from '../../src/batches/outcomes.ts';

const handed: Handed = {
  positions: [0],
  isImported: () => false,
  isDropped: () => false,
  holder: () => ({ fingerprint: 'f1', confirmedAt: 5, imported: false }),
};
const interpreter = { retryAt: () => 1_000, sealed: () => 'sealed' };

function interpreted(outcome: Outcome): WindowProgress {
  const progress = new WindowProgress(IndexSet.of([0]));
  progress.hand(handed);
  interpretOutcomes([{ handed, outcomes: [outcome] }], progress, interpreter);
  return progress;
}

interface Follows {
  readonly token: 'keep' | 'purge' | 'replace' | 'suspect' | 'opt out' | 'dropped' | 'received';
  readonly message: 'final' | 'tried again';
  /** What all that the credential sends has of it. */
  readonly provider: 'nothing' | 'breaker' | 'rate' | 'pause';
}

const tokenActions = {
  token_invalid: 'purge',
  token_moved: 'replace',
  wrong_sender: 'suspect',
  opted_out: 'opt out',
  dropped: 'dropped',
  received: 'received',
} as const;

/** The token action and the campaign action of an outcome. */
function followsFrom(outcome: Outcome): Follows {
  const progress = new WindowProgress(IndexSet.of([0]));
  progress.hand(handed);
  const { down, throttled, refused } = interpretOutcomes([{ handed, outcomes: [outcome] }], progress, interpreter);
  const [finding] = progress.tokens;
  const [word] = progress.words;
  return {
    token: finding ? tokenActions[finding.outcome] : 'keep',
    message: word?.retryAt === null ? 'final' : 'tried again',
    provider: down > 0 ? 'breaker' : throttled > 0 ? 'rate' : refused > 0 ? 'pause' : 'nothing',
  };
}

const [keep, final, again, nothing] = [
  { token: 'keep' },
  { message: 'final' },
  { message: 'tried again' },
  { provider: 'nothing' },
] as const;
const provider = 'provider';

/** providers.md 0.1: what each outcome of the tables of answers leads to. */
const actions: readonly (readonly [name: string, outcome: Outcome, follows: Follows])[] = [
  ['accepted', { kind: 'accepted' }, { ...keep, ...final, ...nothing }],
  ['accepted, and never shown', { kind: 'accepted', reason: 'dropped', finding: 'dropped' }, { token: 'dropped', ...final, ...nothing }],
  [
    'accepted, and the person has blocked the app',
    { kind: 'accepted', reason: 'x', finding: 'opted_out' },
    { token: 'opt out', ...final, ...nothing },
  ],
  ['token_invalid', { kind: 'token_invalid', reason: 'x' }, { token: 'purge', ...final, ...nothing }],
  ['token_moved', { kind: 'token_moved', reason: 'x', token: new PushToken('new') }, { token: 'replace', ...final, ...nothing }],
  ['wrong_sender', { kind: 'wrong_sender', reason: 'x' }, { token: 'suspect', ...final, ...nothing }],
  ['retry_later', { kind: 'retry_later', reason: 'x', faultOf: provider }, { ...keep, ...again, ...nothing }],
  ['throttled, one address', { kind: 'throttled', reason: 'x', scope: 'token' }, { ...keep, ...again, ...nothing }],
  ['throttled, the credential', { kind: 'throttled', reason: 'x', scope: provider }, { ...keep, ...again, provider: 'rate' }],
  ['credentials_bad', { kind: 'credentials_bad', reason: 'x', refreshable: false }, { ...keep, ...again, provider: 'pause' }],
  [
    'credentials_bad of a part',
    { kind: 'credentials_bad', reason: 'x', refreshable: false, scope: 'part' },
    { ...keep, ...again, ...nothing },
  ],
  ['payload_bad', { kind: 'payload_bad', reason: 'x' }, { ...keep, ...final, ...nothing }],
  ['provider_down', { kind: 'provider_down', reason: 'x', faultOf: provider }, { ...keep, ...again, provider: 'breaker' }],
  ['provider_down of a part', { kind: 'provider_down', reason: 'x', faultOf: provider, scope: 'part' }, { ...keep, ...again, ...nothing }],
  ['unknown', { kind: 'unknown', reason: 'x' }, { ...keep, ...again, provider: 'breaker' }],
];

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
  it.each(actions)('%s: what becomes of the token, the message and the provider', (_, outcome, follows) => {
    expect(followsFrom(outcome)).toEqual(follows);
  });

  it.each(harmless.map((outcome) => [`${outcome.kind} ${'reason' in outcome ? outcome.reason : ''}`, outcome] as const))(
    'R47: leaves the token alone after %s',
    (_, outcome) => {
      expect(interpreted(outcome).tokens).toEqual([]);
    },
  );

  it.each<[string, Outcome, string[]]>([
    ['was taken', ACCEPTED_OUTCOME, ['received']],
    ['was taken for a device that is not connected', { kind: 'accepted', reason: 'disconnected' }, ['received']],
    ['was dropped again', { kind: 'accepted', reason: 'dropped', finding: 'dropped' }, ['dropped']],
    ['was throttled', { kind: 'throttled', reason: 'channelthrottled', scope: 'token' }, []],
  ])('R49: after messages that were dropped, tells of one that %s', (_, outcome, findings) => {
    const progress = new WindowProgress(IndexSet.of([0]));

    interpretOutcomes([{ handed: { ...handed, isDropped: () => true }, outcomes: [outcome] }], progress, interpreter);

    expect(progress.tokens.map((finding) => finding.outcome)).toEqual(findings);
  });

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
