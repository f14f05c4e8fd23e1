import 'reflect-metadata';
import { services } from '#apps/carillon';
import { platformSettings, type Service } from '#libs/service';
import type { z } from 'zod';

/** What a process was told by name; undefined: by a Secret. An empty text counts as unset. */
export type Told = Readonly<Record<string, string | undefined>>;

/** Problems of the settings of a process whose arguments are `[dist/apps/<app>/src/main.js]`: names that nothing reads, and values that stop the start. */
export function settingProblems([program = '']: readonly string[], told: Told): readonly string[] {
  const readers = readersOf(program, told);
  return Object.entries(told).flatMap(([name, value]) => {
    const schemas = readers.flatMap(({ shape }) => (shape[name] ? [shape[name] as z.ZodType] : []));
    if (schemas.length === 0) return [`${name} is read by nothing in ${program}`];
    if (value === undefined || value === '' || schemas.every((schema) => schema.safeParse(value).success)) return [];
    return [`${name} cannot be ${value}`];
  });
}

/** The services that run in a process; those of `carillon` are all, or what SERVICES names. Throws when there is no such program. */
export function servicesOf(program: string, told: Told): readonly Service[] {
  const app = /^dist\/apps\/(\w+)\/src\/main\.js$/.exec(program)?.[1];
  const wanted = app === 'carillon' ? told['SERVICES']?.split(',') : app === undefined ? [] : [app];
  const running = services.filter(({ name }) => wanted?.includes(name) ?? true);
  if (running.length < (wanted?.length ?? 1)) throw new Error(`${program} ${wanted?.join(',') ?? ''}: there is no such program`);
  return running;
}

function readersOf(program: string, told: Told): readonly z.ZodObject[] {
  if (program === 'dist/scripts/migrate.js') return [platformSettings];
  const own = servicesOf(program, told).map(({ settings }) => settings);
  return program.includes('/simulator/') ? own : [platformSettings, ...own];
}
