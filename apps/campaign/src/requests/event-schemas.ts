import { campaignTriggeredV1, contracts, sendRequestedV1 } from '#libs/events';
import { pathId } from '#libs/api';
import { z } from 'zod';
import { triggerBody } from '../launching/trigger-campaign.ts';
import { writtenSendBody } from '../intake/send-body.ts';
import { lastingTargetBody } from '../intake/target-body.ts';
import { EventTypeUnknown } from './event-errors.ts';

export const eventTypeName = z.string().max(255).meta({ description: 'Type and version of an event', example: 'send.requested.v1' });

/** The contract leaves the body of a send to the call that it is the body of; push tokens stay out of events. */
const requestedSend = writtenSendBody.extend({ app: z.string().min(1).max(64), to: lastingTargetBody });

const triggeredCampaign = triggerBody.extend({ app: z.string().min(1).max(64), campaign: pathId });

/** The JSON Schema (draft 2020-12) of an event's data, as its publisher must write it. Throws EventTypeUnknown. */
export function schemaOf(type: string): Record<string, unknown> {
  const contract = contracts.find((known) => known.type === type);
  if (!contract) throw new EventTypeUnknown(type);
  const data = type === sendRequestedV1.type ? requestedSend : type === campaignTriggeredV1.type ? triggeredCampaign : contract.data;
  return { ...z.toJSONSchema(data, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' }), title: type };
}
