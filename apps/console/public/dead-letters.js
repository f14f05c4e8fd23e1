// Events that could not be handled: looked for by topic, reason and age, read, replayed and deleted.
import { $, app, call, element } from './api.js';
import { ask } from './ask.js';
import { deleteQuestion, number, replayQuestion } from './words.js';

const pageSize = 20;
const countedAtOnce = 100;
const replayedAtOnce = 1_000;
let next = null;

/** Of the app in the footer; of all apps for an admin key where that is empty. */
const place = () => (app() === '' ? '/v1/dead-letters' : `/v1/apps/${app()}/dead-letters`);

function filter() {
  const hours = Number($('letters-age').value);
  const topic = $('letters-topic').value.trim();
  const reason = $('letters-reason').value.trim();
  return {
    ...(topic !== '' && { topic }),
    ...(reason !== '' && { reason }),
    ...(hours > 0 && { since: new Date(new Date().getTime() - hours * 3_600_000).toISOString() }),
  };
}

/** Says beside the list what became of it; a failure is a sentence on the page, not an exception. */
async function attempt(work) {
  try {
    say(await work(), false);
  } catch (error) {
    say(error.message, true);
  }
}

function say(text, isProblem) {
  $('letters-said').textContent = text;
  $('letters-said').classList.toggle('bad', isProblem);
}

export const showLetters = () =>
  attempt(async () => {
    $('letters').replaceChildren();
    next = null;
    return more();
  });

async function more() {
  const query = new URLSearchParams({ ...filter(), limit: pageSize, ...(next !== null && { cursor: next }) });
  const { items, cursor } = await call('GET', `${place()}?${query}`);
  $('letters').append(...items.map(row));
  next = cursor;
  $('letters-more').hidden = cursor === null;
  const shown = $('letters').childElementCount;
  $('letters-replay').disabled = shown === 0;
  return shown === 0 ? 'None: every event was handled.' : `${number(shown)} shown${cursor === null ? '' : ', there are older ones'}.`;
}

function row(letter) {
  const { id, at, topic, type, code, reason, tries, service, key, original, truncated } = letter;
  const replay = element('button', { type: 'button', textContent: 'Replay', disabled: truncated });
  const remove = element('button', { type: 'button', textContent: 'Delete' });
  const item = element(
    'li',
    {},
    element(
      'details',
      {},
      element(
        'summary',
        {},
        element('b', { textContent: code }),
        element('span', { textContent: ` ${type ?? 'unreadable'} on ${topic}` }),
        element('span', { className: 'quiet', textContent: ` · ${at.slice(0, 19).replace('T', ' ')} · ${tries} tries by ${service}` }),
      ),
      element('p', { textContent: reason }),
      element('p', { className: 'quiet', textContent: `key ${key}${truncated ? ' · kept in part only: it cannot be replayed' : ''}` }),
      element('pre', { textContent: readable(original), tabIndex: 0 }),
    ),
    element('div', { className: 'buttons' }, replay, remove),
  );
  replay.addEventListener('click', () =>
    attempt(async () => {
      await call('POST', `${place()}/${encodeURIComponent(id)}/replay`);
      item.remove();
      return `${type ?? 'The event'} is on its topic again.`;
    }),
  );
  remove.addEventListener('click', () =>
    attempt(async () => {
      if (!(await ask(deleteQuestion(letter)))) return 'Kept.';
      await call('DELETE', `${place()}/${encodeURIComponent(id)}`);
      item.remove();
      return 'Deleted: the loss is final.';
    }),
  );
  return item;
}

/** Indented where it is JSON. */
function readable(original) {
  try {
    return JSON.stringify(JSON.parse(original), null, 2);
  } catch {
    return original;
  }
}

/** How many match, up to what one call replays. */
async function matching() {
  let [letters, cursor] = [0, null];
  do {
    const page = await call('GET', `${place()}?${new URLSearchParams({ ...filter(), limit: countedAtOnce, ...(cursor && { cursor }) })}`);
    letters += page.items.length;
    cursor = page.cursor;
  } while (cursor !== null && letters < replayedAtOnce);
  return { letters: Math.min(letters, replayedAtOnce), more: cursor !== null };
}

const replayAll = () =>
  attempt(async () => {
    const { letters, more: beyond } = await matching();
    if (letters === 0) return 'None matches any more.';
    if (!(await ask(replayQuestion(letters, beyond)))) return 'Nothing was replayed.';
    const { replayed, truncated, more: others } = await call('POST', `${place()}/replay`, { ...filter(), limit: replayedAtOnce });
    $('letters').replaceChildren();
    next = null;
    await more();
    const kept = truncated > 0 ? `, ${number(truncated)} kept in part stay` : '';
    return `${number(replayed)} replayed${kept}${others ? '; others match, replay again' : ''}.`;
  });

$('letters-filter').addEventListener('submit', (event) => {
  event.preventDefault();
  void showLetters();
});
$('letters-filter').addEventListener('change', showLetters);
$('letters-more').addEventListener('click', () => attempt(more));
$('letters-replay').addEventListener('click', replayAll);
