import type { PlatformSettings } from './platform-settings.ts';
import { SettingsInvalid } from './settings.ts';

/** The keys that a process starts with. */
export interface ProcessKeys {
  readonly adminKey: string;
  /** The file the admin key was read from; undefined when a setting gave it. */
  readonly adminKeyFile: string | undefined;
  /** The active master key first, then those that still open what they sealed. */
  readonly masterKeys: readonly [Buffer, ...Buffer[]];
}

/** Those of the settings; undefined where they name none. Throws SettingsInvalid where two settings do: nobody could tell which is meant. */
export function givenMasterKeys({
  CARILLON_MASTER_KEY: one,
  CARILLON_MASTER_KEYS: several,
}: PlatformSettings): ProcessKeys['masterKeys'] | undefined {
  if (one !== undefined && several !== undefined) {
    const message = 'must not be set beside CARILLON_MASTER_KEY: put that key among them';
    throw new SettingsInvalid([{ setting: 'CARILLON_MASTER_KEYS', service: 'platform', message }]);
  }
  const [first, ...others] = several ?? (one === undefined ? [] : [one]);
  return first === undefined ? undefined : [bytesOf(first), ...others.map(bytesOf)];
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
