/** Names in `data` that providers, their SDKs or the platform use themselves: which of them reaches the app differs from phone to phone. */
const reservedNames = new Set([
  'aps', // APNs
  'from', 'message_type', 'collapse_key', // FCM
  'adm_message_md5', // ADM
  'web_push', // Web Push, declarative
]); // prettier-ignore
/** Ours; FCM; HMS. */
const reservedPrefixes = ['carillon', 'google', 'gcm', '_push_'];

/** Whether some provider, of all that the platform knows, would take a key of `data` for its own. */
export function isReservedDataKey(key: string): boolean {
  return reservedNames.has(key) || reservedPrefixes.some((prefix) => key.startsWith(prefix));
}

const maxCollapseId = 64;

/** Headers of APNs that a message may set, and the form of their values. */
const apnsHeaders: ReadonlyMap<string, { readonly form: RegExp; readonly wanted: string }> = new Map([
  ['apns-priority', { form: /^(?:1|5|10)$/, wanted: '1, 5 or 10' }],
  ['apns-expiration', { form: /^\d{1,10}$/, wanted: 'a UNIX time in seconds, or 0' }],
  ['apns-collapse-id', { form: /^[\x21-\x7e]+$/, wanted: `1 to ${maxCollapseId} visible ASCII characters` }],
  ['apns-push-type', { form: /^(?:alert|background)$/, wanted: 'alert or background' }],
]);
/** Whose values say who sends to whom: the platform's business. */
const platformsOwn = new Set(['apns-topic', 'apns-id', 'apns-unique-id', 'apns-request-id', 'apns-channel-id', 'authorization']);

/** What is wrong with a header in `overrides.apns.headers`, as a sentence; undefined: nothing. null takes the header out. `value` may be a whole number. */
export function apnsHeaderProblem(name: string, value: unknown): string | undefined {
  const known = apnsHeaders.get(name.toLowerCase());
  if (platformsOwn.has(name.toLowerCase())) return 'The platform sets this header itself';
  if (!known) return `APNs takes no such header here; it takes ${[...apnsHeaders.keys()].join(', ')}`;
  if (value === null) return undefined;
  const text = typeof value === 'number' ? String(value) : value;
  const isGood = typeof text === 'string' && text.length <= maxCollapseId && known.form.test(text);
  return isGood ? undefined : `Must be ${known.wanted}`;
}
