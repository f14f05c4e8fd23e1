import {
  attributesOf,
  countryOf,
  instantOf,
  languageOf,
  nothing,
  recordOf,
  said,
  tagOf,
  textOf,
  type ImportFormat,
} from '../import-format.ts';
import type { Row } from '../import-row.ts';

/** By `device_type`. */
const types: Readonly<Record<string, Pick<Row, 'platform' | 'provider'>>> = {
  0: { platform: 'ios', provider: 'apns' },
  1: { platform: 'android', provider: 'fcm' },
  2: { platform: 'fireos', provider: 'adm' },
  5: { platform: 'web', provider: 'webpush' },
  6: { platform: 'windows', provider: 'wns' },
  7: { platform: 'web', provider: 'webpush' },
  8: { platform: 'web', provider: 'webpush' },
  9: { platform: 'macos', provider: 'apns' },
  12: { platform: 'web', provider: 'webpush' },
  13: { platform: 'harmonyos', provider: 'hms' },
  17: { platform: 'web', provider: 'webpush' },
};
const without: Readonly<Record<string, string>> = {
  3: 'Windows Phone',
  4: 'a Chrome app',
  10: 'Alexa',
  11: 'an address for mails',
  14: 'a number for texts',
};
const apples = new Set(['0', '9']);

/**
 * OneSignal: the CSV of subscriptions. Their tags are pairs of key and value: attributes here, and a tag of the key alone where the value is `1` or `true`. A
 * browser needs `web_auth` and `web_p256`, which the export has where `extra_fields` asks for them.
 */
export const onesignalFormat: ImportFormat = {
  map: (record) => {
    const type = textOf(record['device_type']) ?? '';
    const kind = types[type];
    if (!kind) return nothing('/device_type', `Is ${without[type] ?? 'of a kind that nobody knows'}, and no push token`);
    if (isTrue(record['invalid_identifier']) && textOf(record['identifier']) === undefined)
      return nothing('/identifier', 'Has no push token any more');
    const pairs = recordOf(pairsOf(record['tags']));
    const { attributes, leftOut } = attributesOf(pairs, '/tags');
    const tags = Object.entries(pairs).filter(([, value]) => value === '1' || value === 'true' || value === true || value === 1).map(([key]) => tagOf(key)); // prettier-ignore
    const isOut = Number(textOf(record['notification_types']) ?? 1) <= 0 && textOf(record['notification_types']) !== undefined;
    const row = said({
      ...kind,
      environment: apples.has(type) && textOf(record['test_type']) === '1' ? 'sandbox' : undefined,
      installationId: textOf(record['id'] ?? record['player_id'] ?? record['subscription_id']),
      externalId: textOf(record['external_user_id'] ?? record['external_id']),
      token: kind.platform === 'web' ? subscriptionOf(record) : textOf(record['identifier']),
      notificationsEnabled: isOut || isTrue(record['invalid_identifier']) ? false : undefined,
      tags: tags.length > 0 ? tags : undefined,
      attributes: Object.keys(attributes).length > 0 ? attributes : undefined,
      model: textOf(record['device_model']),
      osVersion: textOf(record['device_os']),
      appVersion: textOf(record['game_version'] ?? record['app_version']),
      sdkVersion: textOf(record['sdk']),
      language: languageOf(record['language']),
      country: countryOf(record['country']),
      timeZone: textOf(record['timezone_id']),
      firstSeenAt: instantOf(record['created_at']),
      lastSeenAt: instantOf(record['last_active'] ?? record['last_session']),
    });
    return { rows: [row as Row], leftOut };
  },
};

function subscriptionOf(record: Readonly<Record<string, unknown>>): unknown {
  const [endpoint, auth, p256dh] = [record['identifier'], record['web_auth'], record['web_p256']].map(textOf);
  return auth === undefined || p256dh === undefined ? endpoint : { endpoint, keys: { p256dh, auth } };
}

/** JSON, in an export from long ago with single quotes. */
function pairsOf(tags: unknown): unknown {
  const text = textOf(tags);
  if (text === undefined) return {};
  for (const form of [text, text.replaceAll("'", '"')]) {
    try {
      return JSON.parse(form);
    } catch {
      // the other form
    }
  }
  return {};
}

function isTrue(value: unknown): boolean {
  return ['true', 't', '1', 'yes'].includes((textOf(value) ?? '').toLowerCase());
}
