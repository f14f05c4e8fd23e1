import { OUTCOME_WORDS, SUPPRESSION_WORDS } from '#libs/sends';
import {
  counted,
  deleteQuestion,
  isUntouched,
  messageOf,
  replayQuestion,
  rowsOf,
  sendQuestion,
  textsFor,
  waitingText,
} from '../public/words.js';

describe('the composer', () => {
  it('begins with the demo’s texts in the demo, and with nothing anywhere else', () => {
    expect(messageOf(textsFor('demo'))).toMatchObject({
      body: 'The bells are ringing.',
      localized: { fr: { body: 'Les cloches sonnent.' } },
    });
    expect(messageOf(textsFor('shop'))).toEqual({});
    expect(messageOf(textsFor('DEMO'))).toEqual({});
  });

  it('sends a language only where somebody wrote in it', () => {
    const texts = { default: { title: 'Hi', body: '' }, fr: { title: '   ', body: '' } };

    expect(messageOf(texts)).toEqual({ title: 'Hi' });
    expect(messageOf({ ...texts, fr: { title: '', body: 'Bonjour' } })).toEqual({ title: 'Hi', localized: { fr: { body: 'Bonjour' } } });
  });

  it('leaves what somebody wrote when the app changes, and nothing of the demo', () => {
    expect(isUntouched(textsFor('demo'), 'demo')).toBe(true);
    expect(isUntouched({ ...textsFor('demo'), default: { title: 'Mine', body: '' } }, 'demo')).toBe(false);
  });
});

describe('what cannot be taken back', () => {
  it('is asked for once, with the count', () => {
    expect(sendQuestion('shop', { kind: 'everyone', text: '', installations: 10_000 })).toMatchObject({
      title: 'Send to 10,000 installations?',
      yes: 'Send to 10,000 installations',
    });
    expect(sendQuestion('shop', { kind: 'user', text: 'kim', installations: 1 }).title).toBe('Send to 1 installation?');
    expect(sendQuestion('shop', { kind: 'user', text: 'kim', installations: 1 }).detail).toContain('App shop, the user kim.');
    expect(replayQuestion(37, false).title).toBe('Replay 37 events?');
    expect(replayQuestion(1_000, true).title).toBe('Replay the first 1,000 events?');
    expect(deleteQuestion({ type: null, topic: 'push.plan', key: 'k' }).detail).toContain('An unreadable event on push.plan');
  });

  it('is counted in the singular where it is one', () => {
    expect([counted(1, 'installation'), counted(0, 'installation'), counted(1_234, 'user')]).toEqual([
      '1 installation',
      '0 installations',
      '1,234 users',
    ]);
  });
});

describe('reasons', () => {
  it('are said in the sentences of the closed list, every one of them', () => {
    const counts = { targeted: 1, accepted: 0, remaining: 0, possibleDuplicates: 0 };
    const failed = Object.keys(OUTCOME_WORDS).filter((outcome) => !['accepted', 'token_moved', 'skipped'].includes(outcome));
    const rows = rowsOf({
      counts,
      outcomes: Object.fromEntries(failed.map((outcome) => [outcome, 1])),
      suppressedBy: Object.fromEntries(Object.keys(SUPPRESSION_WORDS).map((reason) => [reason, 1])),
    });
    const said = Object.fromEntries(rows.map(([name, , meaning]) => [name, meaning]));

    for (const outcome of failed) expect(said[`failed: ${outcome}`]).toBe((OUTCOME_WORDS as Record<string, string>)[outcome]);
    for (const [reason, words] of Object.entries(SUPPRESSION_WORDS)) expect(said[`not sent: ${reason}`]).toBe(words);
  });

  it('of waiting are the platform’s own words', () => {
    expect(waitingText({ what: 'provider', provider: 'fcm', reason: 'breaker_open', detail: 'UNAVAILABLE (503)' })).toBe(
      'waiting for provider (fcm): UNAVAILABLE (503)',
    );
  });
});
