import type { PlatformSettings } from '../platform-settings.ts';
import type { ProcessKeys } from '../process-keys.ts';
import { SettingsInvalid, type SettingProblem } from '../settings.ts';

const why = 'must be set with RUNTIME=distributed: every process needs the same';

/** The keys that all processes of an installation share. Throws SettingsInvalid, with all that are missing. */
export function distributedKeys({ CARILLON_ADMIN_KEY, CARILLON_MASTER_KEY }: PlatformSettings): ProcessKeys {
  if (CARILLON_ADMIN_KEY !== undefined && CARILLON_MASTER_KEY !== undefined) {
    return { adminKey: CARILLON_ADMIN_KEY, adminKeyFile: undefined, masterKey: Buffer.from(CARILLON_MASTER_KEY, 'base64') };
  }
  const given = { CARILLON_ADMIN_KEY, CARILLON_MASTER_KEY };
  const missing = Object.entries(given).filter(([, value]) => value === undefined);
  throw new SettingsInvalid(missing.map(([setting]): SettingProblem => ({ setting, service: 'platform', message: why })));
}
