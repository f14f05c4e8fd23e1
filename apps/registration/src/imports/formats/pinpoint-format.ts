import {
  attributesOf,
  countryOf,
  instantOf,
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

type Kind = Pick<Row, 'platform' | 'provider' | 'environment'>;

/** By the channel of an endpoint, and by the platform in the ARN of SNS. */
const channels: Readonly<Record<string, Kind>> = {
  APNS: { platform: 'ios', provider: 'apns' },
  APNS_SANDBOX: { platform: 'ios', provider: 'apns', environment: 'sandbox' },
  GCM: { platform: 'android', provider: 'fcm' },
  FCM: { platform: 'android', provider: 'fcm' },
  ADM: { platform: 'fireos', provider: 'adm' },
  BAIDU: { platform: 'android', provider: 'baidu' },
  WNS: { platform: 'windows', provider: 'wns' },
};
const arn = /:endpoint\/([A-Z_]+)\/[^/]+\/([\w-]+)$/;

/** Amazon Pinpoint: an endpoint a line, as JSON; SNS: platform endpoints as CSV, with `EndpointArn`, `Token`, `Enabled` and `CustomUserData`. */
export const pinpointFormat: ImportFormat = {
  map: (record) => ('EndpointArn' in record || 'Token' in record ? ofSns(record) : ofPinpoint(record)),
};

function ofSns(record: AnyRecord): MappedRecord {
  const [, channel = '', id] = arn.exec(textOf(record['EndpointArn']) ?? '') ?? [];
  const kind = channels[channel];
  if (!kind) return nothing('/EndpointArn', 'The ARN names no platform that has a provider here');
  const enabled = textOf(record['Enabled'])?.toLowerCase();
  const data = textOf(record['CustomUserData']);
  const row = said({
    ...kind,
    installationId: id,
    token: textOf(record['Token']),
    notificationsEnabled: enabled === 'false' ? false : undefined,
    attributes: data === undefined ? undefined : { customUserData: data },
  });
  return { rows: [row], leftOut: [] };
}

function ofPinpoint(record: AnyRecord): MappedRecord {
  const channel = textOf(record['ChannelType']) ?? '';
  const kind = channels[channel];
  if (!kind) return nothing('/ChannelType', `${channel || 'Nothing'} is no channel for push tokens that can be carried`);
  const [demographic, place, user] = [recordOf(record['Demographic']), recordOf(record['Location']), recordOf(record['User'])];
  const own = attributesOf(single(recordOf(record['Attributes'])), '/Attributes');
  const metrics = attributesOf(recordOf(record['Metrics']), '/Metrics');
  const person = attributesOf(single(recordOf(user['UserAttributes'])), '/User/UserAttributes');
  const externalId = textOf(user['UserId']);
  const attributes = { ...own.attributes, ...metrics.attributes };
  const isOut = textOf(record['OptOut']) === 'ALL' || textOf(record['EndpointStatus']) === 'INACTIVE';
  const hasPlace = typeof place['Latitude'] === 'number' && typeof place['Longitude'] === 'number';
  const row = said({
    ...kind,
    installationId: textOf(record['Id'] ?? record['EndpointId']),
    externalId,
    token: textOf(record['Address']),
    notificationsEnabled: isOut ? false : undefined,
    attributes: Object.keys(attributes).length > 0 ? attributes : undefined,
    appVersion: textOf(demographic['AppVersion']),
    manufacturer: textOf(demographic['Make']),
    model: textOf(demographic['Model']),
    osVersion: textOf(demographic['PlatformVersion']),
    locale: textOf(demographic['Locale']),
    timeZone: textOf(demographic['Timezone']),
    country: countryOf(place['Country']),
    location: hasPlace ? { lat: place['Latitude'], lon: place['Longitude'] } : undefined,
    firstSeenAt: instantOf(record['CreationDate']),
    lastSeenAt: instantOf(record['EffectiveDate']),
    user: externalId !== undefined && Object.keys(person.attributes).length > 0 ? { attributes: person.attributes } : undefined,
  });
  const city: LeftOut[] = ['City', 'PostalCode', 'Region'].filter((name) => place[name] !== undefined).map((name) => ({ pointer: `/Location/${name}`, message: 'Is not carried' })); // prettier-ignore
  return { rows: [row as Row], leftOut: [...own.leftOut, ...metrics.leftOut, ...person.leftOut, ...city] };
}

/** Every attribute is a list there; a list of one is its member here. */
function single(values: AnyRecord): AnyRecord {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, listOf(value).length === 1 ? listOf(value)[0] : value]));
}
