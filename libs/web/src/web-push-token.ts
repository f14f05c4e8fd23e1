/** A subscription as the platform takes it for a token, with the key that its push service knows it by: it outlives a rotation of ours. */
export interface WebPushToken {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
  readonly applicationServerKey?: string;
}

/** `applicationServerKey`: base64url. */
export function tokenOf(subscription: Pick<PushSubscription, 'toJSON'>, applicationServerKey: string | undefined): WebPushToken {
  const { endpoint = '', keys: { p256dh = '', auth = '' } = {} } = subscription.toJSON();
  return { endpoint, keys: { p256dh, auth }, ...(applicationServerKey !== undefined && { applicationServerKey }) };
}
