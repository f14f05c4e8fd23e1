import { pointerTo } from '#libs/api';
import type { ProviderName } from '#libs/kernel';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { pushVariablesField, templateProblems, templatesField } from '../../installations/template-problems.ts';
import {
  listOf,
  nothing,
  recordOf,
  said,
  textOf,
  type AnyRecord,
  type ImportFormat,
  type LeftOut,
  type MappedRecord,
} from '../import-format.ts';
import type { Row } from '../import-row.ts';

/** By the platform of an installation, in small letters, and by the kind of a registration. */
const kinds: Readonly<Record<string, Pick<Row, 'platform' | 'provider'>>> = {
  apns: { platform: 'ios', provider: 'apns' },
  apple: { platform: 'ios', provider: 'apns' },
  fcmv1: { platform: 'android', provider: 'fcm' },
  gcm: { platform: 'android', provider: 'fcm' },
  wns: { platform: 'windows', provider: 'wns' },
  windows: { platform: 'windows', provider: 'wns' },
  adm: { platform: 'fireos', provider: 'adm' },
  baidu: { platform: 'android', provider: 'baidu' },
  browser: { platform: 'web', provider: 'webpush' },
};

/** Whose templates have their message in a member of that name. */
const wrapped = new Set(['fcmv1']);

const pseudoTag = /^\$(InstallationId|UserId):\{(.*)\}$/;
const never = '9999-12-31';

/**
 * Azure Notification Hubs: a line of the export job's blob, a registration as XML or as JSON, or an installation as JSON. An installation's registrations
 * carry its id in a tag, and its person's in another.
 */
export const azureFormat: ImportFormat = {
  xml: true,
  map: (record) => {
    const xml = textOf(record['xml']);
    if (xml !== undefined) return ofXml(xml);
    return 'installationId' in record || 'pushChannel' in record ? ofInstallation(record) : ofRegistration(record, '');
  },
};

function ofInstallation(record: AnyRecord): MappedRecord {
  const platform = textOf(record['platform'])?.toLowerCase() ?? '';
  const kind = kinds[platform];
  if (!kind) return nothing('/platform', 'This platform has no provider here');
  if (record['pushChannelExpired'] === true || record['expiredPushChannel'] === true) {
    return nothing('/pushChannelExpired', 'The push channel has expired');
  }
  const channel = channelOf(record['pushChannel']);
  const tags = tagsOf(listOf(record['tags']).flatMap((tag) => textOf(tag) ?? []));
  const row = said({
    ...kind,
    installationId: textOf(record['installationId']),
    token: channel,
    externalId: textOf(record['userId']) ?? tags.userId,
    tags: tags.own.length > 0 ? tags.own : undefined,
    expiresAt: expiryOf(record['expirationTime']),
    lastSeenAt: textOf(record['lastActiveOn']) ?? textOf(record['lastUpdate']),
  });
  const { templates, leftOut } = templatesOf(record['templates'], kind.provider as ProviderName, wrapped.has(platform));
  const { pushVariables: variables } = record;
  const carried = said({
    templates: Object.keys(templates).length > 0 ? templates : undefined,
    pushVariables: pushVariablesField.safeParse(variables).success ? variables : undefined,
  });
  const others = leftOf(record, ['secondaryTiles', ...(!('pushVariables' in carried) ? ['pushVariables'] : [])]);
  return { rows: [{ ...row, ...carried } as Row], leftOut: [...leftOut, ...others] };
}

/** Of what a template has, its body and headers. What no installation may have is left out, and named. */
function templatesOf(
  written: unknown,
  provider: ProviderName,
  isWrapped: boolean,
): { templates: Record<string, unknown>; leftOut: LeftOut[] } {
  const templates: Record<string, unknown> = {};
  const leftOut: LeftOut[] = [];
  for (const [name, one] of Object.entries(recordOf(written))) {
    const { body, headers, tags, expiry } = recordOf(one);
    const has = Object.keys(recordOf(headers)).length > 0;
    const template = { body: isWrapped ? unwrapped(body) : body, ...(has && { headers }) };
    const wrong = templatesField.safeParse({ ...templates, [name]: template }).error?.issues[0]?.message;
    const [problem] = wrong === undefined ? templateProblems(provider, { [name]: template }) : [];
    const message = wrong ?? problem?.message;
    if (message === undefined) templates[name] = template;
    const pointer = pointerTo(['templates', name]);
    if (message !== undefined) leftOut.push({ pointer, message: `The template is not carried: ${message}` });
    else if (tags !== undefined || expiry != null)
      leftOut.push({ pointer, message: 'Tags and expiry of a template are not carried: a send names it' });
  }
  return { templates, leftOut };
}

function unwrapped(body: unknown): unknown {
  const parsed = typeof body === 'string' ? recordOf(json(body)) : {};
  return Object.keys(parsed).join() === 'message' ? JSON.stringify(parsed['message']) : body;
}

/** A browser's channel may be JSON inside a text. */
function channelOf(channel: unknown): unknown {
  const parsed = typeof channel === 'string' && channel.startsWith('{') ? json(channel) : channel;
  const { endpoint, p256dh, auth } = recordOf(parsed);
  return endpoint === undefined ? parsed : { endpoint, keys: { p256dh, auth } };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const tokenFields = ['DeviceToken', 'FcmV1RegistrationId', 'GcmRegistrationId', 'AdmRegistrationId', 'ChannelUri'];

/** `kind`: the name of the XML element; of JSON what names the token says it. */
function ofRegistration(fields: AnyRecord, kind: string): MappedRecord {
  const name = kind === '' ? kindOf(fields) : kind;
  const { platform, provider } = kinds[name.replace(/(?:Template)?RegistrationDescription$/, '').toLowerCase()] ?? {};
  if (platform === undefined || provider === undefined) return nothing('', 'Registrations of this kind have no provider here');
  const tags = tagsOf(splitTags(fields['Tags'] ?? fields['tags']));
  const row = said({
    platform,
    provider,
    installationId: tags.installationId,
    externalId: tags.userId,
    token: tokenOf(fields),
    tags: tags.own.length > 0 ? tags.own : undefined,
    expiresAt: expiryOf(fields['ExpirationTime']),
  });
  return { rows: [row as Row], leftOut: leftOf(fields, ['BodyTemplate', 'PushVariables', 'SecondaryTileName']) };
}

const left: Readonly<Record<string, string>> = {
  BodyTemplate: 'The template is not carried: installations alone have templates',
  pushVariables: 'Push variables are texts of up to 1,024 characters by names of letters, digits and _: these are not carried',
  PushVariables: 'Push variables are not carried: attributes are what messages speak of',
  secondaryTiles: 'Secondary tiles are not carried',
  SecondaryTileName: 'Secondary tiles are not carried',
};

function leftOf(record: AnyRecord, names: readonly string[]): LeftOut[] {
  return names.filter((name) => record[name] !== undefined).map((name) => ({ pointer: `/${name}`, message: left[name] ?? '' }));
}

function kindOf(fields: AnyRecord): string {
  if ('DeviceToken' in fields) return 'Apple';
  if ('FcmV1RegistrationId' in fields || 'GcmRegistrationId' in fields) return 'Gcm';
  if ('AdmRegistrationId' in fields) return 'Adm';
  if ('BaiduUserId' in fields) return 'Baidu';
  if ('Endpoint' in fields) return 'Browser';
  return 'ChannelUri' in fields ? 'Windows' : '';
}

function tokenOf(fields: AnyRecord): unknown {
  const { Endpoint: endpoint, P256DH: p256dh, Auth: auth, BaiduUserId: user, BaiduChannelId: channel } = fields;
  if (endpoint !== undefined) return { endpoint, keys: { p256dh, auth } };
  if (user !== undefined) return textOf(channel) ?? textOf(user);
  return tokenFields.map((name) => textOf(fields[name])).find((token) => token !== undefined);
}

function splitTags(tags: unknown): readonly string[] {
  if (Array.isArray(tags)) return tags.flatMap((tag) => textOf(tag) ?? []);
  return (textOf(tags) ?? '').split(',').map((tag) => tag.trim()).filter((tag) => tag !== ''); // prettier-ignore
}

interface Tags {
  readonly own: readonly string[];
  readonly installationId: string | undefined;
  readonly userId: string | undefined;
}

/** `$InstallationId:{…}` and `$UserId:{…}` are no tags but who is meant. */
function tagsOf(tags: readonly string[]): Tags {
  const named = new Map(tags.flatMap((tag): [string, string][] => { const [, name, id] = pseudoTag.exec(tag) ?? []; return name && id ? [[name, id]] : []; })); // prettier-ignore
  return { own: tags.filter((tag) => !pseudoTag.test(tag)), installationId: named.get('InstallationId'), userId: named.get('UserId') };
}

/** Azure's way to say that something never expires is a date. */
function expiryOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || text.startsWith(never)) return undefined;
  return text.replace(/(\.\d{3})\d+/, '$1');
}

function ofXml(xml: string): MappedRecord {
  const problems: string[] = [];
  const root = rootOf(xml, problems);
  if (!root || problems.length > 0) return nothing('', 'Is no XML');
  const fields: Record<string, unknown> = {};
  for (const child of elementsOf(root)) {
    const name = child.localName ?? child.tagName;
    const headers = elementsOf(child);
    if (headers.length === 0) fields[name] = child.textContent ?? '';
    else fields[name] = Object.fromEntries(headers.map((header) => elementsOf(header).map(({ textContent }) => textContent ?? '')));
  }
  return ofRegistration(fields, root.localName ?? root.tagName);
}

/** A registration may stand in an entry of Atom. */
function rootOf(xml: string, problems: string[]): Element | undefined {
  if (xml.includes('<!DOCTYPE')) return undefined;
  try {
    const parser = new DOMParser({ onError: (level, message) => { if (level !== 'warning') problems.push(message); } }); // prettier-ignore
    const root = parser.parseFromString(xml, 'text/xml').documentElement ?? undefined;
    const content = root?.localName === 'entry' ? elementsOf(root).find(({ localName }) => localName === 'content') : undefined;
    return content ? elementsOf(content)[0] : root;
  } catch {
    return undefined;
  }
}

function elementsOf(node: Element): Element[] {
  return Array.from(node.childNodes).filter((child): child is Element => child.nodeType === 1);
}
