import { attributesOf, nothing, recordOf, said, textOf, type ImportFormat } from '../import-format.ts';
import type { Row } from '../import-row.ts';

const platforms: Readonly<Record<string, Pick<Row, 'platform' | 'provider'>>> = {
  ios: { platform: 'ios', provider: 'apns' },
  macos: { platform: 'macos', provider: 'apns' },
  tvos: { platform: 'tvos', provider: 'apns' },
  android: { platform: 'android', provider: 'fcm' },
  windows: { platform: 'windows', provider: 'wns' },
};

const apples = new Set(['ios', 'macos', 'tvos']);

/** App Center: a line of the device export of one app, which is one platform; the names in both spellings that its files have. */
export const appcenterFormat: ImportFormat = {
  map: (record) => {
    const device = recordOf(record['device'] ?? record['device_properties']);
    const os = textOf(device['os_name'] ?? device['osName'] ?? record['os_name'] ?? record['platform'])?.toLowerCase();
    const kind = platforms[os ?? ''];
    if (!kind) return nothing('/device/os_name', 'This platform has no provider here');
    const { attributes, leftOut } = attributesOf(recordOf(record['custom_properties'] ?? record['customProperties']), '/custom_properties');
    const zone = device['time_zone_offset'] ?? device['timeZoneOffset'];
    const row = said({
      ...kind,
      installationId: textOf(record['install_id'] ?? record['installId']),
      externalId: textOf(record['user_id'] ?? record['userId']),
      token: textOf(record['push_token'] ?? record['pushToken']),
      bundleId: apples.has(os ?? '') ? textOf(device['app_namespace'] ?? device['appNamespace']) : undefined,
      appVersion: textOf(device['app_version'] ?? device['appVersion']),
      osVersion: textOf(device['os_version'] ?? device['osVersion']),
      sdkVersion: textOf(device['sdk_version'] ?? device['sdkVersion']),
      model: textOf(device['model']),
      manufacturer: textOf(device['oem_name'] ?? device['oemName']),
      locale: textOf(device['locale']),
      country: textOf(device['carrier_country'] ?? device['carrierCountry'])?.toUpperCase(),
      carrier: textOf(device['carrier_name'] ?? device['carrierName']),
      screenSize: textOf(device['screen_size'] ?? device['screenSize']),
      attributes: Object.keys(attributes).length > 0 ? attributes : undefined,
    });
    const offset = zone === undefined ? [] : [{ pointer: '/device/time_zone_offset', message: 'An offset is no time zone: the app says its zone at its next start' }]; // prettier-ignore
    return { rows: [row], leftOut: [...leftOut, ...offset] };
  },
};
