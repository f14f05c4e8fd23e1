import { isJsonObject, type JsonObject } from '#libs/sends';
import type { Notification, Provider } from '@parse/node-apn';
import type { LibraryAnswer, LibraryClient, LibraryRequest } from '../../transport/library-transport.ts';
import type { Destination } from '../../transport/transport.ts';
import type { ApnsAccount } from './apns-protocol.ts';

/** Members of `aps` that the library has a property for. */
const properties: Readonly<Record<string, string>> = {
  ...{ alert: 'alert', badge: 'badge', sound: 'sound', category: 'category', 'thread-id': 'threadId' },
  ...{ 'content-available': 'contentAvailable', 'mutable-content': 'mutableContent', 'content-changed': 'contentChanged' },
  ...{ 'interruption-level': 'interruptionLevel', 'relevance-score': 'relevanceScore', 'target-content-id': 'targetContentIdentifier' },
  ...{
    timestamp: 'timestamp',
    event: 'event',
    'content-state': 'contentState',
    'stale-date': 'staleDate',
    'dismissal-date': 'dismissalDate',
  },
  ...{ 'attributes-type': 'attributesType', attributes: 'attributes', 'filter-criteria': 'filterCriteria', 'url-args': 'urlArgs' },
  ...{ 'input-push-token': 'inputPushToken', 'input-push-channel': 'inputPushChannel' },
};
const devicePath = '/3/device/';
const broadcastPath = '/4/broadcasts/apps/';
const noConnection = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

/** `@parse/node-apn` for one environment of an account. It makes provider tokens itself, so that the one of the request is not used. */
export async function openNodeApn({ fields }: ApnsAccount, destination: Destination): Promise<LibraryClient> {
  const { default: apn } = await import('@parse/node-apn');
  const { host: address, port, ca, requestDeadlineMs: requestTimeout } = destination;
  const who =
    'certificate' in fields
      ? { cert: fields.certificate, key: fields.privateKey }
      : { token: { key: fields.privateKey, keyId: fields.keyId, teamId: fields.teamId } };
  // Its own retries ask at once, whatever the provider says: ours wait.
  const provider = new apn.Provider({
    ...who,
    address,
    port,
    requestTimeout,
    connectionRetryLimit: 0,
    ...(ca !== undefined && { ca: [ca] }),
  });
  return {
    send: (request) => sendWith(provider, () => new apn.Notification(), request),
    close: () => new Promise((resolve) => { void provider.shutdown(() => { resolve(); }); }), // prettier-ignore
  };
}

async function sendWith(provider: Provider, blank: () => Notification, request: LibraryRequest): Promise<LibraryAnswer> {
  try {
    const notification = filled(blank(), request);
    const { path } = request;
    const { failed } = path.startsWith(broadcastPath)
      ? await provider.broadcast(notification, path.slice(broadcastPath.length))
      : await provider.send(notification, path.slice(devicePath.length));
    const [failure] = failed;
    return failure ? failureOf(failure) : { status: 200, body: '' };
  } catch (error) {
    return failureOf({ error: error instanceof Error ? error : new Error('unknown') });
  }
}

function filled(notification: Notification, { headers, body }: LibraryRequest): Notification {
  const { aps, ...payload } = JSON.parse(body) as JsonObject;
  const said = (name: string, as: string) => (headers[name] === undefined ? {} : { [as]: headers[name] });
  const { 'apns-priority': priority, 'apns-expiration': expiry } = headers;
  Object.assign(notification, {
    payload,
    ...said('apns-topic', 'topic'),
    ...said('apns-push-type', 'pushType'),
    ...said('apns-id', 'id'),
    ...said('apns-collapse-id', 'collapseId'),
    ...said('apns-request-id', 'requestId'),
    ...said('apns-channel-id', 'channelId'),
    ...(priority !== undefined && { priority: Number(priority) }),
    ...(expiry !== undefined && { expiry: Number(expiry) }),
  });
  const others: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(isJsonObject(aps) ? aps : {})) {
    const property = properties[name];
    if (property === undefined) others[name] = value;
    else Object.assign(notification, { [property]: value });
  }
  Object.assign(notification.aps, others);
  return notification;
}

interface Failure {
  readonly status?: unknown;
  readonly response?: unknown;
  readonly error?: unknown;
}

/** The library keeps the words of most answers; of 500 and of ExpiredProviderToken it makes an error, and of what has no body another. */
function failureOf({ status, response, error }: Failure): LibraryAnswer {
  const message = error instanceof Error ? error.message : '';
  if (typeof status === 'number') {
    const reason = status === 500 ? 'InternalServerError' : message;
    return { status, body: JSON.stringify(response ?? { reason }) };
  }
  if (message.includes('timeout')) return { kind: 'unknown', reason: 'deadline' };
  if (message.includes('REFUSED_STREAM')) return { kind: 'refused', reason: 'refused_stream' };
  return noConnection.test(message) ? { kind: 'unreachable', reason: 'connect_failed' } : { kind: 'unknown', reason: 'reset' };
}
