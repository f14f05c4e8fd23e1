/** What APNs reads of a request's header fields; where a name came twice, the first. */
export interface ApnsHeaders {
  method: string | undefined;
  path: string | undefined;
  authorization: string | undefined;
  topic: string | undefined;
  pushType: string | undefined;
  id: string | undefined;
  expiration: string | undefined;
  priority: string | undefined;
  collapseId: string | undefined;
  /** A header of APNs came twice. */
  hasDuplicates: boolean;
}

const members = new Map<string, Exclude<keyof ApnsHeaders, 'hasDuplicates'>>([
  [':method', 'method'],
  [':path', 'path'],
  ['authorization', 'authorization'],
  ['apns-topic', 'topic'],
  ['apns-push-type', 'pushType'],
  ['apns-id', 'id'],
  ['apns-expiration', 'expiration'],
  ['apns-priority', 'priority'],
  ['apns-collapse-id', 'collapseId'],
]);

/** `fields` are names and values in turn. */
export function readHeaders(fields: readonly string[]): ApnsHeaders {
  const headers: ApnsHeaders = {
    method: undefined,
    path: undefined,
    authorization: undefined,
    topic: undefined,
    pushType: undefined,
    id: undefined,
    expiration: undefined,
    priority: undefined,
    collapseId: undefined,
    hasDuplicates: false,
  };
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? '';
    const member = members.get(name);
    if (member === undefined) headers.hasDuplicates ||= name.startsWith('apns-') && isBefore(fields, name, at);
    else if (headers[member] === undefined) headers[member] = fields[at + 1];
    else headers.hasDuplicates = true;
  }
  return headers;
}

function isBefore(fields: readonly string[], name: string, end: number): boolean {
  for (let at = 0; at < end; at += 2) if (fields[at] === name) return true;
  return false;
}
