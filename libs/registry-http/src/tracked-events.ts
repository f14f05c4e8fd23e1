import { instantField } from '#libs/api';
import { uuid5 } from '#libs/kernel';
import { MAX_EVENT_AGE_MS, MAX_EVENT_LEAD_MS, type TrackedEvent } from '#libs/registry';
import { z } from 'zod';
import { textField } from './fields.ts';
import { eventPropertiesField } from './user-attributes.ts';

const maxId = 128;
/** In one call of an installation. */
export const MAX_INSTALLATION_EVENTS = 100;

const eventNameField = z
  .string()
  .regex(/^[\p{L}\p{N}_ .:@#-]{1,120}$/u, 'must be 1 to 120 letters, digits, blanks or _ . : @ # -')
  .meta({ id: 'EventName', examples: ['order_placed'] });

/** Something that a person did. */
export const trackedEvent = z
  .strictObject({
    id: z.exactOptional(textField(maxId)).meta({ description: 'Told twice under one id, it counts once. Absent: it is new.' }),
    name: eventNameField,
    at: z.exactOptional(instantField).meta({ description: 'Up to 30 days ago, at most 5 minutes ahead. Absent: now.' }),
    properties: z.exactOptional(eventPropertiesField),
  })
  .meta({ id: 'TrackedEvent', examples: [{ id: 'order-17', name: 'order_placed', properties: { total: 42.5 } }] });

export type TrackedEventBody = z.output<typeof trackedEvent>;

/** What is wrong with the time of an event; undefined where nothing is. */
export function eventTimeProblem(at: number | undefined, now: number): string | undefined {
  if (at === undefined) return undefined;
  if (at < now - MAX_EVENT_AGE_MS) return 'must be of the last 30 days';
  return at > now + MAX_EVENT_LEAD_MS ? 'must be 5 minutes ahead at most' : undefined;
}

/** An event as it is counted. `seed`: of the call and the place in it; an event without an id is told again by that call alone. */
export function trackedEventOf({ id, name, at, properties = {} }: TrackedEventBody, now: number, seed: string): TrackedEvent {
  return { id: id ?? uuid5(seed, name), name, at: at ?? now, properties };
}
