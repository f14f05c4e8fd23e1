import { isReservedDataKey } from '../provider-words.ts';
import { isJsonObject } from './merge-overrides.ts';
import type { ShapeProblem } from './shape.ts';

/** What is wrong with the app's own data: texts by name, and no name that is taken. `label`: the provider as people write it. */
export function dataProblems(place: readonly string[], data: unknown, label: string): ShapeProblem[] {
  if (data === undefined || data === null) return [];
  if (!isJsonObject(data)) return [{ path: place, message: 'Must be an object of texts' }];
  return Object.entries(data).flatMap(([key, value]): ShapeProblem[] => {
    if (key !== 'carillon' && isReservedDataKey(key)) {
      return [{ path: [...place, key], message: 'Providers or the platform use this key themselves', code: 'reserved_data_key' }];
    }
    return value === null || typeof value === 'string' ? [] : [{ path: [...place, key], message: `${label} takes texts only` }];
  });
}
