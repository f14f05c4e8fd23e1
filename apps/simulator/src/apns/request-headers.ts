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
  channelId: string | undefined;
  requestId: string | undefined;
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
  ['apns-channel-id', 'channelId'],
  ['apns-request-id', 'requestId'],
]);

/** Reads what one connection sends: its requests have the same names in the same order again and again. */
export class HeaderReader {
  #names: readonly string[] = [];
  /** Where the value of each member stands; -1: nowhere. */
  #places = placesOf([]);
  #hasDuplicates = false;

  /** `fields` are names and values in turn. */
  read(fields: readonly string[]): ApnsHeaders {
    if (!this.#isAsBefore(fields)) this.#learn(fields);
    const { method, path, authorization, topic, pushType, id, expiration, priority, collapseId, channelId, requestId } = this.#places;
    return {
      method: fields[method],
      path: fields[path],
      authorization: fields[authorization],
      topic: fields[topic],
      pushType: fields[pushType],
      id: fields[id],
      expiration: fields[expiration],
      priority: fields[priority],
      collapseId: fields[collapseId],
      channelId: fields[channelId],
      requestId: fields[requestId],
      hasDuplicates: this.#hasDuplicates,
    };
  }

  #isAsBefore(fields: readonly string[]): boolean {
    const names = this.#names;
    if (names.length !== fields.length) return false;
    for (let at = 0; at < names.length; at += 2) if (names[at] !== fields[at]) return false;
    return true;
  }

  #learn(fields: readonly string[]): void {
    this.#names = fields.map((part, at) => (at % 2 === 0 ? part : ''));
    this.#places = placesOf(fields);
    this.#hasDuplicates = fields.some((name, at) => at % 2 === 0 && isOfApns(name) && isBefore(fields, name, at));
  }
}

type Places = Record<Exclude<keyof ApnsHeaders, 'hasDuplicates'>, number>;

function placesOf(fields: readonly string[]): Places {
  const names = fields.map((part, at) => (at % 2 === 0 ? part : ''));
  const places = [...members].map(([name, member]) => [member, placeOf(names, name)] as const);
  return Object.fromEntries(places) as Places;
}

function placeOf(names: readonly string[], name: string): number {
  const at = names.indexOf(name);
  return at < 0 ? -1 : at + 1;
}

function isOfApns(name: string): boolean {
  return members.has(name) || name.startsWith('apns-');
}

function isBefore(fields: readonly string[], name: string, end: number): boolean {
  for (let at = 0; at < end; at += 2) if (fields[at] === name) return true;
  return false;
}
