import { tooMuchIn } from '#libs/kernel';

/** Stands where something was cut out of what somebody else wrote. */
export const CUT = '[cut out]';

const secretWords = [
  'token',
  'secret',
  'passw',
  'passphrase',
  'authorization',
  'apikey',
  'privatekey',
  'accesskey',
  'credential',
  'cookie',
];
const secretWord = /token|secret|passw|passphrase|authorization|api[_-]?key|private[_-]?key|access[_-]?key|credential|cookie/gi;
/** Long enough for what follows to be anything but words and ids; read as a whole, so that no text takes more than one pass. */
const longRun = /[\w:.+/=~-]{20,}/g;
/** A step of a path, or of a pointer, that is long enough for any of the forms. */
const longPart = /[^/]{12,}/g;
const secretForms = [
  /\b[0-9a-f]{64,}\b/i, // APNs, and what else is a key in hexadecimal digits
  /:[\w-]{100,}/, // FCM
  /\bcr_(?:server|sdk|admin)_/, // our own keys
];
/**
 * A JWT: its first part may stand behind other words of a name, its second is followed by a period. The look back lets each run of such characters be
 * begun once: `eyJ-eyJ-…` would otherwise be read again from each of its places, for minutes.
 */
const jwtPart = /(?<![\w-])[\w-]+(?=\.[\w-]{8,}\.)/g;
const jwtStart = /\beyJ[\w-]{8}/;
const bearer = /\b(bearer|basic) +[^\s"',;]+/gi;
const nameGap = 48;
const maxValues = 50_000;
/** `basic x`; and the shortest of the words above. A record may have a hundred thousand short names. */
const [shortestForm, shortestWord] = [7, 5];

/** A text, with what its sender should have kept to itself cut out of it. */
export interface CutText {
  readonly text: string;
  readonly wasCut: boolean;
}

/**
 * Cuts push tokens, keys and the like out of what a stranger wrote, and says so at each place: whatever stands in a member, a list or an object whose name speaks of a token,
 * secret, password, authorization and so on, and what looks like a push token, a JWT or a key of ours wherever it stands. JSON stays JSON; of other text, what
 * follows such a name goes, and nothing is kept of JSON with more than 50,000 values. A text in which nothing was found is given back as it was.
 */
export function cutSecrets(text: string): CutText {
  if (isCrowded(text)) return { text: CUT, wasCut: true };
  const value = parsed(text);
  if (value === undefined) return told(text, cutText(text));
  const cutting = { cuts: 0 };
  const cut = cutValue(value, '', cutting);
  return cutting.cuts > 0 ? { text: JSON.stringify(cut), wasCut: true } : { text, wasCut: false };
}

/** Whether JSON has so many values, as nobody's events have, that to look at each would hold up the process: nothing of it is kept. */
function isCrowded(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  let values = 0;
  for (let at = 0; at < text.length && values <= maxValues; at += 1) {
    const character = text[at];
    if (character === ',' || character === '{' || character === '[') values += 1;
  }
  return values > maxValues;
}

/** The same of headers. */
export function cutHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? CUT : cutForms(value)]));
}

/** What looks like a secret goes out of a sentence, a key or a pointer. */
export function cutForms(text: string): string {
  if (text.length < shortestForm) return text;
  return text
    .replaceAll(bearer, (_match, scheme: string) => `${scheme} ${CUT}`)
    .replaceAll(longRun, (run) => run.replaceAll(longPart, (part) => (isSecret(part) ? CUT : part)));
}

function isSecret(part: string): boolean {
  return secretForms.some((form) => form.test(part)) || part.matchAll(jwtPart).some(([found]) => jwtStart.test(found));
}

function told(text: string, cut: string): CutText {
  return { text: cut, wasCut: cut !== text };
}

/** Undefined for what is no JSON of a reasonable shape, and for plain values. */
function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text) || tooMuchIn(Buffer.from(text)) !== undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** At most 64 levels deep, as `parsed` has looked. Changes the value, which was parsed for that, where there is something to cut: copies of a hundred thousand objects take long. */
function cutValue(value: unknown, name: string, cutting: Cutting): unknown {
  if (typeof value === 'string') return counted(value, name === 'data_base64' ? cutBase64(value) : cutString(value), cutting);
  if (typeof value !== 'object' || value === null) return value;
  return cutMembers(value, cutting, (item, key) =>
    isSecretName(key) && item !== null && item !== '' ? cutAll(item, cutting) : cutValue(item, key, cutting),
  );
}

interface Cutting {
  cuts: number;
}

/** Items of a list have no name. */
function cutMembers(value: object, cutting: Cutting, cut: (item: unknown, name: string) => unknown): object {
  const isList = Array.isArray(value);
  let isNamed = false;
  for (const [key, item] of Object.entries(value)) {
    const made = cut(item, isList ? '' : key);
    if (made !== item) Object.defineProperty(value, key, { value: made, enumerable: true, writable: true, configurable: true }); // never a setter: a key may be __proto__
    if (!isList && counted(key, cutForms(key), cutting) !== key) isNamed = true;
  }
  return isNamed ? Object.fromEntries(Object.entries(value).map(([key, item]) => [cutForms(key), item as unknown])) : value;
}

function counted(before: string, after: string, cutting: Cutting): string {
  if (before !== after) cutting.cuts += 1;
  return after;
}

/** Lists and objects keep their shape, so that what is wrong with it can still be said. */
function cutAll(value: unknown, cutting: Cutting): unknown {
  if (typeof value === 'object' && value !== null) return cutMembers(value, cutting, (item) => cutAll(item, cutting));
  if (typeof value === 'string' || typeof value === 'number') {
    cutting.cuts += 1;
    return CUT;
  }
  return value;
}

/** A text may hold JSON itself. */
function cutString(text: string): string {
  return /^\s*[[{]/.test(text) ? cutSecrets(text).text : cutForms(text);
}

function cutBase64(encoded: string): string {
  const { text, wasCut } = cutSecrets(Buffer.from(encoded, 'base64').toString('utf8'));
  return wasCut ? Buffer.from(text).toString('base64') : encoded;
}

function isSecretName(name: string): boolean {
  if (name.length < shortestWord) return false;
  const plain = name.toLowerCase().replaceAll(/[^a-z]/g, '');
  return secretWords.some((word) => plain.includes(word));
}

/** Of text that is no JSON: what stands behind a name that speaks of a secret, and `:` or `=`. One pass. */
function cutText(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (const { index } of text.matchAll(secretWord)) {
    if (index < from) continue;
    const gap = /^[\w-]*["']?\s{0,8}[:=]\s{0,8}/.exec(text.slice(index, index + nameGap))?.[0];
    if (gap === undefined) continue;
    const start = index + gap.length;
    kept.push(text.slice(from, start), CUT);
    from = endOfValue(text, start);
  }
  return cutForms(kept.join('') + text.slice(from));
}

function endOfValue(text: string, start: number): number {
  const opening = text[start];
  if (opening === '[' || opening === '{') {
    const end = text.indexOf(opening === '[' ? ']' : '}', start);
    return end < 0 ? text.length : end + 1;
  }
  if (opening === '"' || opening === "'") {
    for (let at = start + 1; at < text.length; at += 1) {
      if (text[at] === '\\') at += 1;
      else if (text[at] === opening) return at + 1;
    }
    return text.length;
  }
  const plain = /[\s,;}\]&]/g;
  plain.lastIndex = start;
  return plain.exec(text)?.index ?? text.length;
}
