/** What languages write where there is nothing, in lower case: the next phone with the same text would take it from the last. */
const nothings: ReadonlySet<string> = new Set([
  'null', 'undefined', 'nil', 'none', 'nan', 'nullptr', 'n/a', 'empty', 'unknown', 'missing', 'unavailable', 'not_available', 'no_token',
  'object object', 'true', 'false', 'placeholder',
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

/** A whole document in place of the token that stands in it: JSON, XML, HTML, a quoted text. No provider's tokens begin so. */
const document = /^[\s\ufeff]*["'[{<]/;

const maxUnit = 64;
const minRepetition = 8;

/**
 * Whether the text stands for "no token": a placeholder in any case, with blanks, quotes or brackets around it; a document; or a short unit that is
 * said over and over, at least `fewestCopies` times.
 */
export function isTokenPlaceholder(token: string, fewestCopies: number): boolean {
  const text = token.trim().toLowerCase();
  return isNothing(text) || document.test(token) || words.some((word) => text.includes(word)) || isRepetition(text, fewestCopies);
}

function isNothing(text: string): boolean {
  if (text.length > maxNothing) return false;
  const bare = (optional.exec(text)?.[1] ?? text).replaceAll(wrapping, '');
  return bare === '' || nothings.has(bare);
}

/**
 * Whether the text is one unit of up to 64 characters again and again, the last copy perhaps cut short: `000…`, `deadbeefdeadbeef…`,
 * `12345678901234…`. All but the first unit is determined by it, so a random text of n characters out of an alphabet of a is one with a chance of about
 * a^(u-n), u being the longest unit that still fits: 2^-128 for APNs (64 of 16, two copies), 2^-80 for an HMS token of 32 letters and digits, and
 * 10^-12 for 16 digits of Baidu at four copies. Texts of few characters that do not repeat, such as a counter behind zeros, are none.
 */
function isRepetition(text: string, fewestCopies: number): boolean {
  if (text.length < minRepetition) return false;
  const longest = Math.min(maxUnit, Math.floor(text.length / fewestCopies));
  for (let unit = 1; unit <= longest; unit++) if (text.startsWith(text.slice(unit))) return true;
  return false;
}
