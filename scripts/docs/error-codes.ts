import { services } from '#apps/carillon';
import { ErrorStatuses } from '#libs/api';
import { modulePartsOf } from '#libs/service';
import { accessStatuses } from '../../libs/api/src/errors/access-statuses.ts';
import { apiStatuses } from '../../libs/api/src/errors/api-statuses.ts';
import { isTest, type Source } from './sources.ts';

/** A code and where it comes from. */
export interface ErrorCode {
  readonly code: string;
  /** HTTP status; undefined for a code that no answer carries as its own. */
  readonly status: number | undefined;
  /** The services whose calls can answer it; empty: every service. */
  readonly services: readonly string[];
}

/** Every code that an answer can carry, and every code of an error class. Throws when a code has two statuses. */
export function errorCodes(sources: readonly Source[]): readonly ErrorCode[] {
  const everywhere = new ErrorStatuses().register(apiStatuses).register(accessStatuses);
  const all = new ErrorStatuses().register(Object.fromEntries(everywhere.all()));
  const byService = new Map<string, string[]>();
  for (const service of services)
    for (const [code, status] of statusesOf(service)) {
      all.register({ [code]: status });
      if (everywhere.statusOf(code) === undefined) byService.set(code, [...(byService.get(code) ?? []), service.name]);
    }
  const codes = new Set([...all.all().keys(), ...sources.filter((source) => !isTest(source)).flatMap(codesOfClasses)]);
  return [...codes].sort().map((code) => ({ code, status: all.statusOf(code), services: byService.get(code) ?? [] }));
}

/** What the module of a service registers with `knownErrors`. */
function statusesOf(service: (typeof services)[number]): ReadonlyMap<string, number> {
  const statuses = new ErrorStatuses();
  for (const provider of modulePartsOf(service).providers) {
    if (!('provide' in provider) || typeof provider.provide !== 'symbol' || provider.provide.description !== 'known errors') continue;
    if ('useFactory' in provider) (provider.useFactory as (known: ErrorStatuses) => unknown)(statuses);
  }
  return statuses.all();
}

function codesOfClasses({ text }: Source): string[] {
  return [...text.matchAll(/readonly code = '([a-z_]+)'/g)].map(([, code = '']) => code);
}
