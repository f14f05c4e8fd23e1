import {
  ACCEPTED,
  ATTEMPT_WORDS,
  FAILED,
  OUTCOME_WORDS,
  STATE_WORDS,
  SUPPRESSIONS,
  SUPPRESSION_WORDS,
  sentenceOf,
  settingOf,
} from '../src/index.ts';

describe('the sentences of outcomes and reasons', () => {
  it('are there for every code of the closed list, and for no other', () => {
    expect(Object.keys(OUTCOME_WORDS).sort()).toEqual([...ACCEPTED, ...FAILED, 'skipped'].sort());
    expect(Object.keys(SUPPRESSION_WORDS).sort()).toEqual([...SUPPRESSIONS].sort());
    for (const words of Object.values({ ...OUTCOME_WORDS, ...SUPPRESSION_WORDS })) expect(words).toMatch(/^[A-Z].*\.$/s);
  });

  it.each([
    ['quiet_hours', 'quietHours'],
    ['over_limit', 'maxRecipients'],
    ['lacks vip', '`to`'],
    ['filter /and/0', '`to`'],
  ])('of %s name what would change it', (reason, setting) => {
    expect(settingOf(reason)).toContain(setting);
  });

  it('name no setting where none would change it', () => {
    expect([settingOf(null), settingOf('Unregistered'), settingOf('owner_changed')]).toEqual([null, null, null]);
  });

  it.each([
    ['skipped', 'not_foreground', SUPPRESSION_WORDS.not_foreground],
    ['token_invalid', 'Unregistered', `${OUTCOME_WORDS.token_invalid} Said: Unregistered.`],
    ['accepted', null, OUTCOME_WORDS.accepted],
    ['pending', 'not_tried_yet', 'It is planned, and its turn has not come.'],
    ['not_targeted', 'lacks vip', 'The audience did not match this installation when the send was planned. Said: lacks vip.'],
    ['payload_bad', 'payload_too_large', `${OUTCOME_WORDS.payload_bad} ${ATTEMPT_WORDS.payload_too_large}`],
    ['not_targeted', 'campaign_stopped', STATE_WORDS.campaign_stopped],
    ['something_new', null, 'Nothing more is known.'],
  ])('tell %s with reason %s', (outcome, reason, sentence) => {
    expect(sentenceOf(outcome, reason)).toBe(sentence);
  });
});
