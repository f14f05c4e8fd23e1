import { slotIn } from '#libs/kernel';
import {
  fieldsWith,
  installationTable,
  rowOf,
  shownOf,
  UNKNOWN_FIELDS,
  type Field,
  type FieldsWith,
  type Installation,
  type Kind,
} from '#libs/registry';
import { z } from 'zod';
import { attributesField, tagsField } from './fields.ts';

type Shown = Exclude<FieldsWith<typeof installationTable, 'shown'>, 'tokenFingerprint'>;
type Instant = `${string}At`;
/** As JSON: instants are text. */
type Json<K extends Shown> = K extends Instant ? string | Extract<Installation[K], null> : Installation[K];

/** An installation as answers carry it: everything but the token and the secret, in the order of its table. */
export type InstallationRecord = { readonly [K in Shown]: Json<K> } & { readonly tokenFingerprint?: string; readonly slot: number };

const schemas: Readonly<Record<Kind<unknown>['name'], z.ZodType>> = {
  text: z.string(),
  locale: z.string(),
  number: z.int(),
  instant: z.iso.datetime(),
  flag: z.boolean(),
  tags: tagsField,
  texts: z.array(z.string()),
  attributes: attributesField,
  place: z.object({ lat: z.number(), lon: z.number() }),
  templates: z.record(z.string(), z.object({ body: z.string(), headers: z.record(z.string(), z.string()).optional() })),
  variables: z.record(z.string(), z.string()),
  secret: z.never(),
};

export const installationRecord = z
  .object({
    ...Object.fromEntries(fieldsWith(installationTable, 'shown').map((name) => [name, schemaOf(rowOf(installationTable, name))])),
    slot: z.int(),
  })
  .meta({ id: 'Installation' });

/** A real answer, for the documentation. */
export const installationExample: InstallationRecord = {
  ...(shownOf(installationTable, UNKNOWN_FIELDS) as Pick<InstallationRecord, Shown>),
  id: 'phone-1',
  app: 'demo',
  bundleId: 'app.demo',
  userId: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  externalId: 'charlie',
  userVerified: true,
  userRevision: 1,
  ownerEpoch: 0,
  platform: 'ios',
  provider: 'apns',
  environment: 'production',
  tokenFingerprint: '9f86d081884c7d659a2feaa0c55ad015',
  tokenRegisteredAt: '2026-11-22T09:30:00.000Z',
  tokenConfirmedAt: '2026-11-22T09:30:00.000Z',
  permission: 'granted',
  notificationsEnabled: true,
  tags: ['news'],
  attributes: { plan: 'gold' },
  appVersion: '4.2.0',
  osVersion: '26.1',
  model: 'iPhone18,1',
  locale: 'fr-FR',
  language: 'fr',
  timeZone: 'Europe/Paris',
  firstSeenAt: '2026-11-22T09:30:00.000Z',
  lastSeenAt: '2026-11-22T09:30:00.000Z',
  slot: 413,
  revision: 1,
};

export function installationRecordOf(installation: Installation): InstallationRecord {
  const record = shownOf(installationTable, installation);
  record['tokenFingerprint'] ??= undefined; // JSON leaves it out then; taking it away would make a slow object of this one
  record['slot'] = slotIn(installation.key);
  return record as unknown as InstallationRecord;
}

function schemaOf({ kind, unknown, derived, description }: Field<unknown>): z.ZodType {
  const schema = kind.words ? z.enum(kind.words) : schemas[kind.name];
  const all = derived ? schema.optional() : unknown === null ? schema.nullable() : schema;
  return description === undefined ? all : all.meta({ description });
}
