import { fieldErrors } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { z } from 'zod';
import { messageBody } from '../intake/message-body.ts';
import { objectIn } from '../intake/read-send.ts';
import type { TargetPlace } from '../intake/read-target.ts';
import { metadataBody, writtenSendBody, writtenOptions } from '../intake/send-body.ts';
import { SendInvalid } from '../intake/send-invalid.ts';
import type { Variables } from '#libs/sends';
import type { ReadRequest, ReadSendRequest } from '../templates/read-send-request.ts';
import { lastingTargetBody, variablesBody } from '../intake/target-body.ts';
import type { Campaign } from './campaign.ts';

const own = z.object({
  name: z.string().min(1).max(256).nullable().default(null),
  labels: z
    .array(z.string().min(1).max(64))
    .max(50)
    .default([])
    .meta({ examples: [['spring']] }),
});

/** The body of `PUT …/campaigns/{id}`: what a send takes, and what a person keeps with it. */
export const campaignBody = writtenSendBody
  .extend({ ...own.shape, to: lastingTargetBody })
  .meta({ id: 'CampaignBody', examples: [{ to: { tags: 'vip' }, message: { title: 'Spring sale' }, labels: ['spring'] }] });

/** Raw tokens are no part of what is kept. */
const campaignTarget: TargetPlace = {
  pointer: '/to',
  kinds: ['everyone', 'tags', 'filter', 'audience', 'users', 'installations', 'topic', 'condition'],
};

export type CampaignFacts = Pick<Campaign, 'name' | 'labels' | 'send'>;

/** Reads the body of a campaign. Throws SendInvalid with all that is wrong with the sends it would make. */
export async function readCampaign(app: string, body: unknown, read: ReadSendRequest): Promise<CampaignFacts> {
  const { name, labels, ...send } = objectIn(body);
  const facts = own.safeParse({ ...(name !== undefined && { name }), ...(labels !== undefined && { labels }) });
  const { request } = await read.execute(app, send, { place: campaignTarget, isDraft: true });
  if (!facts.success) throw new SendInvalid(fieldErrors(facts.error.issues));
  return { ...facts.data, send: send['template'] === undefined ? { ...send, message: request.message } : send };
}

/** The send that a campaign makes now; `variables` lie over its own. Throws SendInvalid where its template asks for others. */
export function sendOf({ app, send }: Campaign, variables: Variables, read: ReadSendRequest): Promise<ReadRequest> {
  const own = typeof send['variables'] === 'object' ? send['variables'] : {};
  return read.execute(app, { ...send, variables: { ...own, ...variables } }, { place: campaignTarget });
}

export const campaignRecord = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    to: lastingTargetBody,
    message: messageBody.optional(),
    template: z.string().optional(),
    variables: variablesBody.optional(),
    options: writtenOptions.optional(),
    metadata: metadataBody.optional(),
    labels: z.array(z.string()),
    revision: z.int().min(1),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Campaign' });

export const campaignExample = {
  id: 'spring',
  name: 'Spring sale',
  to: { tags: 'vip' },
  message: { title: 'Spring sale' },
  labels: ['spring'],
  revision: 1,
  createdAt: '2026-11-22T09:30:00.000Z',
  updatedAt: '2026-11-22T09:30:00.000Z',
};

/** A campaign as answers carry it: the parts of its sends as they were written. */
export function campaignRecordOf({ id, name, labels, send, revision, createdAt, updatedAt }: Campaign): Record<string, unknown> {
  return { id, name, ...send, labels, revision, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
}
