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
