// What the page says, as rules without a page: texts of messages, questions before something cannot be taken back, and what codes mean.
import { outcomeWords, suppressionWords } from './outcome-words.js';

export const number = (n) => n.toLocaleString('en-GB');

export const counted = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

const demoTexts = {
  default: { title: 'Hi {{ user.attributes.firstName | default: "there" }}', body: 'The bells are ringing.' },
  fr: { title: 'Bonjour {{ user.attributes.firstName }}', body: 'Les cloches sonnent.' },
};
const noTexts = { default: { title: '', body: '' }, fr: { title: '', body: '' } };

/** What the composer begins with: the demo's texts for the demo, and nothing for anybody else, whose customers would get them. */
export const textsFor = (app) => JSON.parse(JSON.stringify(app === 'demo' ? demoTexts : noTexts));

/** Whether nobody has changed the texts that the composer began with for an app. */
export const isUntouched = (texts, app) => JSON.stringify(texts) === JSON.stringify(textsFor(app));

/** The message as the API takes it: a language is sent where somebody wrote something in it. */
export function messageOf(texts) {
  const written = (of) => Object.fromEntries(Object.entries(of).filter(([, text]) => text.trim() !== ''));
  const { default: main, ...others } = texts;
  const localized = Object.fromEntries(
    Object.entries(others)
      .map(([language, of]) => [language, written(of)])
      .filter(([, of]) => Object.keys(of).length > 0),
  );
  return { ...written(main), ...(Object.keys(localized).length > 0 && { localized }) };
}

/** Asked once before a send: whom it reaches, in numbers. `installations` is null where nobody could count. */
export function sendQuestion(app, { kind, text, installations }) {
  const whom = installations === null ? 'an unknown number of installations' : counted(installations, 'installation');
  const which = { everyone: 'everyone', tags: `everyone with ${text}`, user: `the user ${text}` }[kind];
  return {
    title: `Send to ${whom}?`,
    detail: `App ${app}, ${which}. A message that was sent cannot be taken back.`,
    yes: `Send to ${whom}`,
  };
}

/** Asked once before many dead letters are replayed. `more`: others match beyond those counted. */
export function replayQuestion(letters, more) {
  const which = `${more ? 'the first ' : ''}${counted(letters, 'event')}`;
  return { title: `Replay ${which}?`, detail: 'Each goes onto its topic again, and its messages may be sent.', yes: `Replay ${which}` };
}

export const deleteQuestion = (letter) => ({
  title: 'Delete this event for good?',
  detail: `${letter.type ?? 'An unreadable event'} on ${letter.topic}, key ${letter.key}: what it asked for is never done.`,
  yes: 'Delete it',
});

/** Rows of a send's numbers: what is counted, how often, and what that means. */
export function rowsOf({ counts, outcomes, suppressedBy }) {
  return [
    ['targeted', counts.targeted],
    ['accepted', counts.accepted, outcomeWords.accepted],
    ...Object.entries(outcomes).map(([name, n]) => [`failed: ${name}`, n, outcomeWords[name]]),
    ...Object.entries(suppressedBy).map(([name, n]) => [`not sent: ${name}`, n, suppressionWords[name]]),
    ['remaining', counts.remaining],
    ['possible duplicates', counts.possibleDuplicates],
  ];
}

export const waitingText = ({ what, provider, reason, detail }) =>
  `waiting for ${what}${provider ? ` (${provider})` : ''}: ${detail ?? reason}`;

/** What kept a call from being answered, where that was no problem document. */
export const networkText = 'The platform does not answer. Is it running, and is this machine connected? Nothing was lost here: try again.';

/** What "ring my own browser" says. */
export const ringText = {
  registered: (installation) => `This browser is the installation ${installation}.`,
  noKeys:
    'This browser is registered without an address: the app has no keys of Web Push of its own. docs/first-web-push.md says how to give it some.',
  denied: 'This browser was told not to show notifications of this page; its settings can change that.',
  default: 'The browser’s question was closed without an answer.',
  unsupported: 'This browser has no Web Push here: it needs https, or localhost.',
  notBuilt: 'The web SDK was not built: `npm start` builds it.',
  accepted: 'The push service has taken it: it rings.',
  notAccepted: 'The push service has not taken it; the send above says why.',
};
