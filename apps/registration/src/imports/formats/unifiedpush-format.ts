import { listOf, nothing, said, tagOf, textOf, type ImportFormat } from '../import-format.ts';
import type { Row } from '../import-row.ts';

const systems: Readonly<Record<string, Pick<Row, 'platform' | 'provider'>>> = {
  ios: { platform: 'ios', provider: 'apns' },
  android: { platform: 'android', provider: 'fcm' },
  windows: { platform: 'windows', provider: 'wns' },
};

/** What an Apple or a Windows device is called, where `operatingSystem` is missing. */
const byType = [
  [/iphone|ipad|ipod/i, 'ios'],
  [/android/i, 'android'],
  [/windows/i, 'windows'],
] as const;

/** AeroGear UnifiedPush: the array of installations of one variant. An alias is the person, a category a tag. */
export const unifiedpushFormat: ImportFormat = {
  map: (record) => {
    const os =
      textOf(record['operatingSystem'])?.toLowerCase() ?? byType.find(([form]) => form.test(textOf(record['deviceType']) ?? ''))?.[1];
    const kind = systems[os ?? ''];
    if (!kind) return nothing('/operatingSystem', 'Neither operatingSystem nor deviceType names a platform that has a provider here');
    const categories = listOf(record['categories']).flatMap((category) => textOf(typeof category === 'object' && category !== null && 'name' in category ? category.name : category) ?? []); // prettier-ignore
    const row = said({
      ...kind,
      installationId: textOf(record['id']),
      externalId: textOf(record['alias']),
      token: textOf(record['deviceToken']),
      notificationsEnabled: record['enabled'] === false ? false : undefined,
      tags: categories.length > 0 ? categories.map(tagOf) : undefined,
      model: textOf(record['deviceType']),
      osVersion: textOf(record['osVersion']),
    });
    const simple = textOf(record['simplePushEndpoint']);
    return {
      rows: [row],
      leftOut: simple === undefined ? [] : [{ pointer: '/simplePushEndpoint', message: 'SimplePush is no provider here' }],
    };
  },
};
