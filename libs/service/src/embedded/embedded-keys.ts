import { randomBytes } from 'node:crypto';
import type { DataFolder } from '#libs/storage';
import type { PlatformSettings } from '../platform-settings.ts';
import { givenMasterKeys, type ProcessKeys } from '../process-keys.ts';
import { MasterKeyInvalid } from '../start-errors.ts';

const masterKeyBytes = 32;

/**
 * The admin key and the master key, from the settings or from files that only the user of the process can read, made on the first start.
 * Throws MasterKeyInvalid, DataFolderUnusable.
 */
export function embeddedKeys(settings: PlatformSettings, folder: DataFolder): ProcessKeys {
  const given = settings.CARILLON_ADMIN_KEY;
  return {
    adminKey: given ?? folder.secret('admin.key', () => `cr_admin_${randomBytes(32).toString('base64url')}`).text,
    adminKeyFile: given === undefined ? folder.file('admin.key') : undefined,
    masterKeys: givenMasterKeys(settings) ?? [ownMasterKey(folder)],
  };
}

function ownMasterKey(folder: DataFolder): Buffer {
  const masterKey = Buffer.from(folder.secret('master.key', () => randomBytes(masterKeyBytes).toString('base64')).text, 'base64');
  if (masterKey.length !== masterKeyBytes) throw new MasterKeyInvalid(folder.file('master.key'));
  return masterKey;
}
