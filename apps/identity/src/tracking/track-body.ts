import { RequestInvalid, pathId, readBody } from '#libs/api';
import { uuid5 } from '#libs/kernel';
import { SUBSCRIPTIONS, type TrackedChange, type UserName } from '#libs/registry';
import {
  aliasField,
  attributeChangesField,
  eventTimeProblem,
  newExternalIdField,
  tagChangeBody,
  trackedEvent,
  trackedEventOf,
} from '#libs/registry-http';
import { z } from 'zod';
import { itemResult } from './item-results.ts';

const maxItems = 1_000;
const maxEvents = 100;

/** Exactly one of the three says who is meant. */
const names = {
  externalId: z.exactOptional(newExternalIdField),
  alias: z.exactOptional(aliasField),
  installation: z.exactOptional(pathId).meta({ description: 'Whoever owns it.' }),
};

const itemExample = {
  externalId: 'charlie',
  attributes: { visits: { $inc: 1 } },
  events: [{ id: 'order-17', name: 'order_placed', properties: { total: 42.5 } }],
};

/** What is told of one person. */
const trackItem = z
  .strictObject({
    ...names,
    subscription: z.exactOptional(z.enum(SUBSCRIPTIONS)),
    attributes: z.exactOptional(attributeChangesField.nullable()),
    tags: z.exactOptional(tagChangeBody),
    events: z.exactOptional(z.array(trackedEvent).max(maxEvents)),
  })
  .refine((item) => namesIn(item) === 1, 'names exactly one of externalId, alias and installation')
  .meta({
    id: 'TrackItem',
    examples: [itemExample],
  });
type TrackItem = z.output<typeof trackItem>;

/** Items are checked one by one, so that a bad one refuses no other: here they may be anything. */
export const someItems = z.array(z.unknown()).max(maxItems);

/** What the documentation says of the same body. */
export const trackBody = z
  .array(trackItem)
  .max(maxItems)
  .meta({ id: 'TrackItems', examples: [[itemExample]] });

export const trackAnswer = z
  .object({
    items: z.array(itemResult(['accepted', 'duplicate'])).meta({ description: 'Of each item, in order.' }),
    accepted: z.int(),
    rejected: z.int(),
  })
  .meta({ id: 'TrackResults' });

/** Throws RequestInvalid. */
export function trackedItemOf(item: unknown, now: number, seed: string): { readonly name: UserName; readonly tracked: TrackedChange } {
  const body = readBody(trackItem, item);
  const errors = (body.events ?? []).flatMap(({ at }, index) => {
    const message = eventTimeProblem(at, now);
    return message === undefined ? [] : [{ pointer: `/events/${index}/at`, message }];
  });
  if (errors.length > 0) throw new RequestInvalid(errors);
  return { name: nameIn(body), tracked: trackedChangeOf(body, now, seed) };
}

function trackedChangeOf({ subscription, attributes, tags, events = [] }: TrackItem, now: number, seed: string): TrackedChange {
  const change = { ...(subscription !== undefined && { subscription }), ...(attributes !== undefined && { attributes }) };
  return {
    ...(Object.keys(change).length > 0 && { change }),
    ...(tags !== undefined && { tags }),
    events: events.map((event, index) => trackedEventOf(event, now, uuid5(seed, String(index)))),
  };
}

function namesIn(item: { readonly [Name in keyof typeof names]?: unknown }): number {
  return Object.keys(names).filter((name) => item[name as keyof typeof names] !== undefined).length;
}

function nameIn({ externalId, alias, installation }: TrackItem): UserName {
  if (externalId !== undefined) return { externalId };
  return alias !== undefined ? { alias } : { installation: installation ?? '' };
}

/** Items of one name are worked on in order. What names nobody is alone. */
export function keyOfItem(item: unknown): string {
  const { externalId, alias, installation } = (item ?? {}) as Record<string, unknown>;
  return JSON.stringify([externalId, alias, installation]);
}
