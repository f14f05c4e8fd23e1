import { services } from '#apps/carillon';
import { platformSettings } from '#libs/service';
import { z } from 'zod';
import { code, generatedNotice, markdown, table, type Page } from './document.ts';
import { typeOf, type JsonSchema } from './schema-fields.ts';

interface Reading {
  readonly reader: string;
  readonly schema: JsonSchema;
}

const introduction = `# Settings

Carillon is set by environment variables. All of them are read at the start, for every service the process runs; what cannot be read stops it with a list of
every problem, and nothing falls back to a default because it was mistyped. An empty text counts as unset. Unset is right for all of them: \`npm start\` needs none.

A setting that several services name is read by each of them with the same meaning. Times are in the unit that the description names.`;

/** docs/settings.md. */
export async function settingsPage(): Promise<Page> {
  const readings = new Map<string, Reading[]>();
  for (const { name, settings } of [{ name: 'platform', settings: platformSettings }, ...services]) {
    if (settings === platformSettings && name !== 'platform') continue; // the same schema again
    for (const [setting, schema] of Object.entries(propertiesOf(settings)))
      readings.set(setting, [...(readings.get(setting) ?? []), { reader: name, schema }]);
  }
  const all = [...readings].sort(([a], [b]) => (a < b ? -1 : 1));
  const groups = ['platform', ...services.map(({ name }) => name)].flatMap((owner) => sectionOf(owner, all));
  const page = await markdown('docs/settings.md', [generatedNotice, introduction, ...groups]);
  return { documents: [page], problems: all.flatMap(([setting, read]) => problemsOf(setting, read)) };
}

function propertiesOf(settings: z.ZodObject): Readonly<Record<string, JsonSchema>> {
  const inward = (z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }) as JsonSchema).properties ?? {};
  const outward = (z.toJSONSchema(settings, { io: 'output', unrepresentable: 'any' }) as JsonSchema).properties ?? {};
  return Object.fromEntries(Object.entries(inward).map(([name, schema]) => [name, { ...schema, default: outward[name]?.default }]));
}

/** A setting stands with the first that reads it: the platform, else the service. */
function sectionOf(owner: string, all: readonly (readonly [string, readonly Reading[]])[]): string[] {
  const own = all.filter(([, [first]]) => first?.reader === owner);
  if (own.length === 0) return [];
  const rows = own.map(([setting, read]) => [
    code(setting),
    defaultOf(read[0]?.schema),
    valuesOf(read[0]?.schema),
    read[0]?.schema.description ?? '',
    readersOf(read),
  ]);
  return [owner === 'platform' ? '## Every process' : `## ${owner}`, table(['Setting', 'Default', 'Values', 'Means', 'Read by'], rows)];
}

function readersOf(read: readonly Reading[]): string {
  return read.map(({ reader }) => (reader === 'platform' ? 'every process' : reader)).join(', ');
}

function defaultOf(schema: JsonSchema | undefined): string {
  return schema?.default === undefined ? 'unset' : code(JSON.stringify(schema.default).replaceAll('"', ''));
}

function valuesOf(schema: JsonSchema = {}): string {
  const { minimum, maximum, minLength } = schema;
  if (minimum !== undefined && maximum !== undefined) return `${thousands(minimum)} to ${thousands(maximum)}`;
  if (minLength !== undefined && minLength > 1) return `text of ${minLength} characters or more`;
  return typeOf(schema);
}

function thousands(value: number): string {
  return value.toLocaleString('en');
}

function problemsOf(setting: string, read: readonly Reading[]): string[] {
  const silent = read.filter(({ schema }) => schema.description === undefined);
  const defaults = new Set(read.map(({ schema }) => JSON.stringify(schema.default)));
  return [
    ...silent.map(({ reader }) => `${setting} (${reader}) has no description; add .meta({ description })`),
    ...(defaults.size > 1 ? [`${setting} has different defaults in ${read.map(({ reader }) => reader).join(', ')}`] : []),
  ];
}
