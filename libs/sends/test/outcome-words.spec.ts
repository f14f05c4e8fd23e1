import { ACCEPTED, FAILED, OUTCOME_WORDS, SUPPRESSIONS, SUPPRESSION_WORDS, sentenceOf } from '../src/index.ts';

describe('the sentences of outcomes and reasons', () => {
  it('are there for every code of the closed list, and for no other', () => {
    expect(Object.keys(OUTCOME_WORDS).sort()).toEqual([...ACCEPTED, ...FAILED, 'skipped'].sort());
    expect(Object.keys(SUPPRESSION_WORDS).sort()).toEqual([...SUPPRESSIONS].sort());
    for (const words of Object.values({ ...OUTCOME_WORDS, ...SUPPRESSION_WORDS })) expect(words).toMatch(/^[A-Z].*\.$/s);
  });

  it.each([
    ['skipped', 'not_foreground', SUPPRESSION_WORDS.not_foreground],
    ['token_invalid', 'Unregistered', `${OUTCOME_WORDS.token_invalid} Said: Unregistered.`],
    ['accepted', null, OUTCOME_WORDS.accepted],
    ['pending', 'not_tried_yet', 'It is planned, and its turn has not come.'],
    ['not_targeted', 'lacks vip', 'The audience did not match this installation when the send was planned. Said: lacks vip.'],
    ['something_new', null, 'Nothing more is known.'],
  ])('tell %s with reason %s', (outcome, reason, sentence) => {
    expect(sentenceOf(outcome, reason)).toBe(sentence);
  });
});
