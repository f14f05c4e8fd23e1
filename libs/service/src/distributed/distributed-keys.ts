import type { PlatformSettings } from '../platform-settings.ts';
import { givenMasterKeys, type ProcessKeys } from '../process-keys.ts';
import { SettingsInvalid, type SettingProblem } from '../settings.ts';

const why = 'must be set with RUNTIME=distributed: every process needs the same';

/** The keys that all processes of an installation share. Throws SettingsInvalid, with all that are missing. */
export function distributedKeys(settings: PlatformSettings): ProcessKeys {
  const { CARILLON_ADMIN_KEY } = settings;
  const masterKeys = givenMasterKeys(settings);
  if (CARILLON_ADMIN_KEY !== undefined && masterKeys) return { adminKey: CARILLON_ADMIN_KEY, adminKeyFile: undefined, masterKeys };
  const given = { CARILLON_ADMIN_KEY, CARILLON_MASTER_KEY: masterKeys };
  const missing = Object.entries(given).filter(([, value]) => value === undefined);
  throw new SettingsInvalid(missing.map(([setting]): SettingProblem => ({ setting, service: 'platform', message: why })));
}
