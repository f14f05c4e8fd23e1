import {
  attributesOf,
  countryOf,
  instantOf,
  languageOf,
  listOf,
  nothing,
  recordOf,
  said,
  textOf,
  type AnyRecord,
  type ImportFormat,
  type LeftOut,
} from '../import-format.ts';
import type { Row } from '../import-row.ts';

/** By what a push token calls its platform, in small letters without blanks. */
const platforms: Readonly<Record<string, Pick<Row, 'platform' | 'provider' | 'environment'>>> = {
  ios: { platform: 'ios', provider: 'apns' },
  iosproduction: { platform: 'ios', provider: 'apns' },
  iosdevelopment: { platform: 'ios', provider: 'apns', environment: 'sandbox' },
  android: { platform: 'android', provider: 'fcm' },
  androidfirebase: { platform: 'android', provider: 'fcm' },
  kindle: { platform: 'fireos', provider: 'adm' },
  huawei: { platform: 'harmonyos', provider: 'hms' },
  windows: { platform: 'windows', provider: 'wns' },
};

/** Of a person as the export has it, what becomes an attribute of the same name. */
const profile = ['first_name', 'last_name', 'email', 'phone', 'dob', 'gender', 'country', 'home_city', 'language', 'time_zone'];
/** What stays behind, and why; named once for each person who has it. */
const left: Readonly<Record<string, string>> = {
  custom_events: 'Counts of events are not carried: events begin anew',
  purchases: 'Purchases are not carried',
  campaigns_received: 'Which campaigns were received is not carried',
  canvases_received: 'Which canvases were received is not carried',
  cards_clicked: 'Cards are not carried',
  user_aliases: 'Aliases are not carried',
  email_subscribe: 'The subscription to mails is not carried',
};

/** Braze: a person with devices and push tokens, a line of the files that `/users/export/segment` writes, or a member of `users` of `/users/export/ids`. */
export const brazeFormat: ImportFormat = {
  map: (record) => {
    const externalId = textOf(record['external_id']);
    const { attributes, leftOut } = attributesOf(recordOf(record['custom_attributes']), '/custom_attributes');
    for (const name of profile) attributes[name] ??= textOf(record[name]);
    const behind = Object.entries(left).filter(([name]) => record[name] !== undefined && record[name] !== null).map(([name, message]): LeftOut => ({ pointer: `/${name}`, message })); // prettier-ignore
    const tokens = listOf(record['push_tokens']).map(recordOf);
    const devices = tokens.map((token, at) => deviceOf(token, at, record, externalId));
    const rows = devices.flatMap(({ row }) => row ?? []);
    const user = externalId === undefined ? undefined : said({ subscription: subscriptionOf(record), attributes: said(attributes) });
    const all = [...leftOut, ...behind, ...devices.flatMap((device) => device.leftOut)];
    if (externalId === undefined && rows.length === 0)
      return nothing('/push_tokens', 'Neither an external_id nor a push token that can be carried');
    const [first, ...others] = rows;
    if (externalId === undefined) return { rows, leftOut: all };
    return { rows: [{ ...(first ?? { externalId }), user } as Row, ...others], leftOut: all };
  },
};

function deviceOf(
  token: AnyRecord,
  at: number,
  person: AnyRecord,
  externalId: string | undefined,
): { readonly row?: Row; readonly leftOut: readonly LeftOut[] } {
  const kind = platforms[(textOf(token['platform']) ?? '').toLowerCase().replaceAll(/[^a-z]/g, '')];
  if (!kind)
    return {
      leftOut: [{ pointer: `/push_tokens/${at}/platform`, message: 'Tokens of this platform are not carried; browsers register again' }],
    };
  const deviceId = textOf(token['device_id']);
  const device = recordOf(listOf(person['devices']).find((one) => textOf(recordOf(one)['device_id']) === deviceId));
  const app = recordOf(listOf(person['apps']).find((one) => textOf(recordOf(one)['name']) === textOf(token['app'])));
  const enabled = token['notifications_enabled'];
  const row = said({
    ...kind,
    installationId: deviceId,
    externalId,
    token: textOf(token['token']),
    notificationsEnabled: typeof enabled === 'boolean' ? enabled : undefined,
    model: textOf(device['model']),
    osVersion: /\d[\d.]*/.exec(textOf(device['os']) ?? '')?.[0], // "iOS (17.4)"
    carrier: textOf(device['carrier']),
    appVersion: textOf(app['version']),
    firstSeenAt: instantOf(app['first_used']),
    lastSeenAt: instantOf(app['last_used']),
    timeZone: textOf(person['time_zone']),
    country: countryOf(person['country']),
    language: languageOf(person['language']),
  });
  return { row: row, leftOut: [] };
}

function subscriptionOf(record: AnyRecord): string | undefined {
  const state = textOf(record['push_subscribe']);
  if (state === 'opted_in' || state === 'subscribed' || state === 'unsubscribed') return state;
  return textOf(record['push_opted_in_at']) === undefined ? undefined : 'opted_in';
}
