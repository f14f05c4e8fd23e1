import { SettingsInvalid } from '#libs/service';
import type { FeedbackSettings } from '../settings.ts';
import { FolderPlace, type FilePlace } from './file-place.ts';
import { S3Place } from './s3-file-place.ts';

/** The place that ACTIVITY_FILES names; null for none. Throws SettingsInvalid for a bucket without its keys. */
export function filePlaceOf(settings: FeedbackSettings): FilePlace | null {
  const { ACTIVITY_FILES: place, ACTIVITY_FILES_REGION: region } = settings;
  if (place === '') return null;
  if (!place.startsWith('s3://')) return new FolderPlace(place);
  const keys = ['ACTIVITY_FILES_ACCESS_KEY_ID', 'ACTIVITY_FILES_SECRET_ACCESS_KEY'] as const;
  const missing = keys.filter((setting) => settings[setting] === '');
  if (missing.length > 0)
    throw new SettingsInvalid(missing.map((setting) => ({ setting, service: 'feedback', message: 'is needed for a bucket' })));
  const [bucket = '', ...prefix] = place.slice('s3://'.length).split('/');
  return new S3Place({
    ...{ bucket, prefix: prefix.join('/'), region },
    endpoint: settings.ACTIVITY_FILES_ENDPOINT ?? `https://s3.${region}.amazonaws.com`,
    accessKeyId: settings.ACTIVITY_FILES_ACCESS_KEY_ID,
    secretAccessKey: settings.ACTIVITY_FILES_SECRET_ACCESS_KEY,
  });
}
