/** What languages write where there is nothing, in lower case: the next phone with the same text would take it from the last. */
const nothings: ReadonlySet<string> = new Set([
  'null', 'undefined', 'nil', 'none', 'nan', 'nullptr', 'n/a', 'empty', 'unknown', 'missing', 'unavailable', 'not_available', 'no_token',
  'object object', 'true', 'false', 'placeholder', 'nsnull', '\\n',
]); // prettier-ignore

/**
 * Answers of push services and their client libraries, and what samples print for "put yours here"; they come inside longer texts too
 * (`java.io.IOException:SERVICE_NOT_AVAILABLE`, `YOUR_REGISTRATION_TOKEN`).
 */
const words = [
  'blacklisted', 'service_not_available', 'authentication_failed', 'account_missing', 'invalid_sender', 'invalid_parameters',
  'too_many_registrations', 'phone_registration_error', 'internal_server_error', 'missing_instanceid_service', 'fis_auth_error',
  'quota_exceeded', 'registration_failed', 'not_registered', 'permission_denied', 'exception:', '[object',
  'device_token', 'registration_token', 'token_here', 'placeholder', '${', '{{', '<%',
]; // prettier-ignore

const maxNothing = 64;

// only a short text can be one, and only short texts are worth the search for brackets
const wrapping = /^[\s"'`([{<.,:;!?_-]+|[\s"'`)\]}>.,:;!?_-]+$/g;

const optional = /^optional\((.*)\)$/s;

/**
 * What begins or ends like something with a token in it: `Optional("…")`, `<…>`, a quoted text, JSON, XML, HTML. No provider's tokens have such characters.
 */
const wrapped = /^(?:optional|some|just|data|token|b|u)?\s*[("'`[{<]|[)"'`\]}>]$/;

/** Longer than any token: nobody looks into such a text. */
const maxLooked = 16_384;

const minRepetition = 8;
/** So long a text that stands there twice is no chance, even of digits alone. */
const minTwin = 16;

const tooLong = 'must be a token: this text is longer than any';
const [standIn, notAlone, twice] = [
  'must be a token: this text is what programs write without one',
  'must be the token alone, without quotes, brackets, words or blanks around it',
  'must be one token: this text says the same again and again',
];

/**
 * What is wrong with a text that no provider can have given out, as a sentence that does not quote it; undefined: it may be a token. It is a placeholder in any case, with
 * blanks, quotes or brackets around it, or half of it is (`null:APA91b…`); a document, or a token inside something else; or a unit that is said over and over, at least
 * `fewestCopies` times, or twice where it is long.
 */
export function placeholderProblem(token: string, fewestCopies: number): string | undefined {
  if (token.length > maxLooked) return tooLong;
  const text = token.trim().toLowerCase();
  if (isNothing(text) || words.some((word) => text.includes(word)) || isHalf(text)) return standIn;
  const unit = unitOf(text);
  const copies = text.length / unit;
  if (text.length >= minRepetition && (copies >= fewestCopies || isTwin(text, unit))) return unit < minTwin ? standIn : twice;
  return wrapped.test(text) ? notAlone : undefined;
}

function isNothing(text: string): boolean {
  if (text.length > maxNothing) return false;
  const bare = (optional.exec(text)?.[1] ?? text).replaceAll(wrapping, '');
  return bare === '' || nothings.has(bare);
}

/** FCM's tokens have an instance id before a colon and a secret behind it: without either, what was put together is none. */
function isHalf(text: string): boolean {
  return text.includes(':') && text.split(':').some(isNothing);
}

/** The same long text twice, with or without a character in between. */
function isTwin({ length }: string, unit: number): boolean {
  return unit >= minTwin && 2 * unit <= length + 1;
}

/**
 * The length of the shortest unit that the text is made of, the last copy perhaps cut short; that of the whole where it is none (`000…` is 1, `deadbeefdead` 8).
 * All but the first unit is determined by it, so a random text of n characters out of an alphabet of a repeats a unit of u with a chance of about
 * a^(u-n): 2^-128 for APNs (64 of 16, two copies), 2^-80 for an HMS token of 32 letters and digits, 10^-12 for 16 digits of Baidu at four
 * copies, and 10^-16 for two of 16 digits. Texts of few characters that do not repeat, such as a counter behind zeros, are whole.
 */
function unitOf(text: string): number {
  // How long a beginning of the text each of its beginnings ends with (Knuth, Morris, Pratt): one look at each character, however long a text strangers send.
  const ends = new Uint16Array(text.length);
  for (let at = 1, matched = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at); // a number: a text of one character would be made for each look
    while (matched > 0 && code !== text.charCodeAt(matched)) matched = ends[matched - 1] ?? 0;
    if (code === text.charCodeAt(matched)) matched += 1;
    ends[at] = matched;
  }
  return text.length - (ends.at(-1) ?? 0);
}
