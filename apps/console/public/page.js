// The first page: everything on it comes from the public API, with the key in the footer.
import { $, app, call, element } from './api.js';
import { ask } from './ask.js';
import { showLetters } from './dead-letters.js';
import { eventsOf, sendAsItGoes } from './live.js';
import { ringWith } from './own-browser.js';
import { counted, isUntouched, messageOf, number, rowsOf, sendQuestion, textsFor, waitingText } from './words.js';

let composedFor = $('app').value;
let texts = textsFor(composedFor);
let language = 'default';
let lastSend = null;
let watching = new AbortController();
/** The demo alone has phones to show and an outage to play. */
let isDemo = false;

// ---- composing

const targetKind = () => document.querySelector('input[name=to]:checked').value;

function target() {
  const text = $('expression').value.trim();
  switch (targetKind()) {
    case 'tags':
      return { tags: text };
    case 'user':
      return { users: [text] };
    default:
      return { everyone: true };
  }
}

const request = () => ({ to: target(), message: messageOf(texts) });

function showCurl() {
  const body = JSON.stringify(request(), null, 2).replaceAll("'", `'\\''`);
  $('curl').textContent =
    `curl -sS ${location.origin}/v1/apps/${app()}/sends \\\n  -H "Authorization: Bearer $CARILLON_KEY" -H 'Content-Type: application/json' -H 'Prefer: wait=30' \\\n  -d '${body}'`;
}

function showTexts() {
  $('title').value = texts[language].title;
  $('body').value = texts[language].body;
  $('tab-default').setAttribute('aria-selected', String(language === 'default'));
  $('tab-fr').setAttribute('aria-selected', String(language === 'fr'));
}

let counting = 0;
async function count() {
  const mine = ++counting;
  const kind = targetKind();
  $('expression').hidden = kind === 'everyone';
  $('expression').placeholder = kind === 'user' ? '4711' : 'vip && !muted';
  showCurl();
  try {
    const { line } = await reached();
    if (mine === counting) show($('count'), line, false);
  } catch (error) {
    if (mine === counting) show($('count'), error.message, true);
  }
}

/** Whom a send would reach now, counted and in words. Throws what the problem document says. */
async function reached() {
  const kind = targetKind();
  const text = $('expression').value.trim();
  const found = kind === 'user' ? await reach(text) : await audience(kind);
  return { kind, text, ...found };
}

async function audience(kind) {
  const { installations, users } = await call(
    'POST',
    `/v1/apps/${app()}/audiences/preview`,
    kind === 'tags' ? { tags: $('expression').value } : { everyone: true },
  );
  return { installations, line: `exactly ${counted(installations, 'installation')} of ${counted(users, 'user')}` };
}

async function reach(user) {
  if (user === '') return { installations: null, line: 'Whom?' };
  const { reachable, installations, hint } = await call('GET', `/v1/apps/${app()}/users/${encodeURIComponent(user)}/reachability`);
  const line = `${counted(installations.length, 'installation')}, ${reachable ? 'reachable' : `not reachable: ${hint ?? 'see below'}`}`;
  return { installations: installations.length, line };
}

function show(where, text, isProblem) {
  where.textContent = text;
  where.classList.toggle('bad', isProblem);
}

async function send(event) {
  event.preventDefault();
  $('problem').hidden = true;
  $('send').disabled = true;
  const asked = request(); // what the question was about, whatever is typed meanwhile
  try {
    if (!(await ask(sendQuestion($('app').value, await reached())))) return;
    const { sendId } = await call('POST', `/v1/apps/${app()}/sends`, asked, { 'idempotency-key': crypto.randomUUID() });
    lastSend = sendId;
    for (const phone of document.querySelectorAll('.phone.lit')) phone.classList.remove('lit');
    void watch(sendId);
  } catch (error) {
    $('problem').textContent = error.message;
    $('problem').hidden = false;
  } finally {
    $('send').disabled = false;
  }
}

// ---- the running send

async function watch(id) {
  watching.abort();
  watching = new AbortController();
  const { signal } = watching;
  try {
    for await (const found of sendAsItGoes(id, signal)) if (!signal.aborted) showSend(found);
  } catch (error) {
    if (!signal.aborted) $('running').replaceChildren(element('p', { className: 'bad', textContent: error.message }));
    return;
  }
  if (signal.aborted) return;
  void phones();
  void explain();
}

function showSend(send) {
  const { id, state, stateReason, counts, waitingFor = [] } = send;
  const list = element('dl');
  for (const [name, value, meaning] of rowsOf(send)) {
    list.append(element('dt', { textContent: name }), element('dd', { textContent: number(value) }));
    if (meaning && value > 0) list.append(element('dd', { className: 'meaning quiet', textContent: meaning }));
  }
  const bar = element('progress', { max: Math.max(1, counts.targeted), value: counts.targeted - counts.remaining });
  bar.setAttribute('aria-label', 'messages with their last word');
  const waits = waitingFor.map((one) => element('p', { className: 'bad', textContent: waitingText(one) }));
  $('running').replaceChildren(
    element('p', { className: 'quiet', textContent: `${state}${stateReason ? ` (${stateReason})` : ''} · ${id}` }),
    bar,
    list,
    ...waits,
  );
}

// ---- phones

async function phones() {
  const items = await demoPhones();
  isDemo = items.length > 0;
  $('phones-card').hidden = $('outage-switch').hidden = !isDemo;
  const known = new Map([...$('phones').children].map((phone) => [phone.dataset.id, phone]));
  for (const { id, user, platform, locale, silentBecause } of items) {
    const phone = known.get(id) ?? $('phones').appendChild(newPhone(id));
    phone.querySelector('small').textContent = `${user ?? 'anonymous'} · ${platform} · ${(locale ?? '').slice(0, 2)}`;
    phone.classList.toggle('dead', silentBecause !== null);
    if (silentBecause !== null) phone.querySelector('.push').textContent = silentBecause;
  }
}

/** None for another app than the demo, and where the key does not open it: the other parts of the page say so. */
async function demoPhones() {
  try {
    return (await call('GET', `/v1/apps/${app()}/demo/phones`)).items;
  } catch {
    return [];
  }
}

function newPhone(id) {
  const phone = element(
    'li',
    { className: 'phone' },
    element('b', { textContent: id }),
    element('small'),
    element('div', { className: 'push' }),
  );
  phone.dataset.id = id;
  return phone;
}

async function arrivals() {
  for (;;) {
    try {
      if (isDemo) for await (const push of eventsOf(`/v1/apps/${app()}/demo/arrivals`)) ring(push);
    } catch {
      // the platform restarts: try again
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

function ring({ installation, title, body }) {
  const phone = [...$('phones').children].find(({ dataset }) => dataset.id === installation);
  if (!phone) return;
  phone.classList.add('lit');
  phone.querySelector('.push').replaceChildren(element('strong', { textContent: title ?? '' }), element('br'), body ?? '');
}

// ---- why

async function explain(event) {
  event?.preventDefault();
  const user = $('who').value.trim();
  if (user === '') return;
  try {
    const lines = lastSend === null ? await reachability(user) : await explanation(user);
    $('answer').replaceChildren(...lines);
  } catch (error) {
    $('answer').replaceChildren(element('p', { className: 'bad', textContent: error.message }));
  }
}

async function explanation(user) {
  const { outcome, sentence, installations } = await call(
    'GET',
    `/v1/apps/${app()}/sends/${lastSend}/explain?user=${encodeURIComponent(user)}`,
  );
  const items = installations.map((one) =>
    element(
      'li',
      {},
      element('b', { textContent: `${one.id}: ` }),
      `${one.outcome}. ${one.sentence}`,
      ...one.steps.map(({ at, step, detail }) =>
        element('div', { className: 'quiet', textContent: `${at?.slice(11, 23) ?? ''} ${step}: ${detail}` }),
      ),
    ),
  );
  return [verdict(outcome === 'accepted', `${user}: ${outcome}. ${sentence}`), element('ul', {}, ...items)];
}

async function reachability(user) {
  const { reachable, installations, hint } = await call('GET', `/v1/apps/${app()}/users/${encodeURIComponent(user)}/reachability`);
  const items = installations.map((one) =>
    element(
      'li',
      {},
      element('b', { textContent: `${one.id}: ` }),
      one.reachable ? 'reachable' : `${one.reason} (${one.rule}${one.since ? `, since ${one.since.slice(0, 16).replace('T', ' ')}` : ''})`,
    ),
  );
  return [
    verdict(reachable, reachable ? `${user} can be reached` : `${user} cannot be reached. ${hint ?? ''}`),
    element('ul', {}, ...items),
  ];
}

const verdict = (isGood, textContent) => element('p', { className: isGood ? 'good' : 'bad', textContent });

// ---- providers

async function providers() {
  try {
    const { items } = await call('GET', `/v1/apps/${app()}/providers`);
    $('providers').replaceChildren(
      ...items.map(({ provider, health, detail, rate = 0 }) =>
        element(
          'li',
          {},
          element('span', { textContent: provider }),
          element('span', {
            className: health === 'ok' ? 'good' : 'bad',
            textContent: `${health}${detail ? `: ${detail}` : ''} · ${number(Math.round(rate))}/s`,
          }),
        ),
      ),
    );
    $('strip').hidden = !items.every(({ credential }) => credential.simulated || !credential.set);
    if (isDemo) $('outage').checked = (await call('GET', `/v1/apps/${app()}/demo/outage`)).fcm;
  } catch (error) {
    $('strip').hidden = true; // nobody knows
    $('providers').replaceChildren(element('li', { className: 'bad', textContent: error.message }));
  }
}

async function switchOutage() {
  try {
    await call('PUT', `/v1/apps/${app()}/demo/outage`, { fcm: $('outage').checked });
  } catch (error) {
    $('providers').replaceChildren(element('li', { className: 'bad', textContent: error.message }));
  }
}

// ---- start

let soon;
const countSoon = () => {
  clearTimeout(soon);
  soon = setTimeout(count, 250);
};
for (const tab of ['default', 'fr'])
  $(`tab-${tab}`).addEventListener('click', () => {
    language = tab;
    showTexts();
  });
for (const field of ['title', 'body'])
  $(field).addEventListener('input', () => {
    texts[language][field] = $(field).value;
    showCurl();
  });
for (const radio of document.querySelectorAll('input[name=to]')) radio.addEventListener('change', count);
$('expression').addEventListener('input', countSoon);
$('composer').addEventListener('submit', send);
$('why').addEventListener('submit', explain);
$('ring').addEventListener('click', () => void ringWith(() => messageOf(texts)));
$('outage').addEventListener('change', switchOutage);
$('as-curl').addEventListener('click', () => {
  $('curl').hidden = !$('curl').hidden;
  $('as-curl').setAttribute('aria-expanded', String(!$('curl').hidden));
});
$('credentials').addEventListener('submit', (event) => event.preventDefault());
$('credentials').addEventListener('change', () => {
  lastSend = null; // it was another app's
  if (isUntouched(texts, composedFor)) {
    texts = textsFor($('app').value);
    showTexts();
  }
  composedFor = $('app').value;
  watching.abort();
  $('running').replaceChildren(element('p', { className: 'quiet', textContent: 'Nothing has been sent from this page yet.' }));
  void explain();
  void count();
  void phones();
  void providers();
  void showLetters();
});

showTexts();
void count();
void explain();
void phones().then(arrivals);
void providers();
void showLetters();
setInterval(providers, 2000);
