import { hash } from 'node:crypto';
import type { ImportJob } from './import-job.ts';

/**
 * The id of a person whom an item of an import makes: the same one whenever the item is read again. It is a UUID of version 8 that begins with the time of
 * the import and goes on with part and line, so that people made one after the other lie together in every index.
 */
export function importedUserId({ id, app, createdAt }: Pick<ImportJob, 'id' | 'app' | 'createdAt'>, part: number, ref: string): string {
  const [line = '', device = '0'] = ref.split('.');
  const digest = hash('sha256', `${app}:${id}:${part}:${ref}`);
  const time = createdAt.toString(16).padStart(12, '0').slice(-12);
  const place = (part % 4_096).toString(16).padStart(3, '0');
  const [number, which] = [Number(line).toString(16).padStart(8, '0').slice(-8), (Number(device) % 256).toString(16).padStart(2, '0')];
  return `${time.slice(0, 8)}-${time.slice(8)}-8${place}-a${number.slice(0, 3)}-${number.slice(3)}${which}${digest.slice(0, 5)}`;
}
