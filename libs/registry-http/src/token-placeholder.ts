/** What languages write where there is nothing, in lower case: the next phone with the same text would take it from the last. */
const nothings: ReadonlySet<string> = new Set([
  'null', 'undefined', 'nil', 'none', 'nan', 'n/a', 'empty', 'unknown', 'missing', 'unavailable', 'not_available', 'no_token', 'object object',
]); // prettier-ignore

/** Answers of push services and their client libraries; they come inside longer texts too (`java.io.IOException:SERVICE_NOT_AVAILABLE`). */
const errorWords = [
  'blacklisted', 'service_not_available', 'authentication_failed', 'account_missing', 'invalid_sender', 'invalid_parameters',
  'too_many_registrations', 'phone_registration_error', 'internal_server_error', 'missing_instanceid_service', 'fis_auth_error',
  'quota_exceeded', 'registration_failed', 'not_registered', 'permission_denied', 'exception:', '[object',
]; // prettier-ignore

const longestNothing = 64; // only a short text can be one, and only short texts are worth the search for brackets
const wrapping = /^[\s"'`([{<]+|[\s"'`)\]}>]+$/g;
const optional = /^optional\((.*)\)$/s;

/** Whether the text stands for "no token", in any case, with blanks, quotes or brackets around it. */
export function isTokenPlaceholder(token: string): boolean {
  const text = token.trim().toLowerCase();
  return isNothing(text) || errorWords.some((word) => text.includes(word));
}

function isNothing(text: string): boolean {
  if (text.length > longestNothing) return false;
  const bare = (optional.exec(text)?.[1] ?? text).replaceAll(wrapping, '');
  return bare === '' || nothings.has(bare);
}
