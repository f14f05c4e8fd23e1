import { uuid5 } from '#libs/kernel';
import type { Variables } from '#libs/sends';
import { conversionRuleOf } from '../intake/conversion-body.ts';
import { readTarget } from '../intake/read-target.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import type { RequestedUser, Restriction, SendRequest } from '../send/send-request.ts';
import type { ReadRequest, ReadSendRequest, Reading } from '../templates/read-send-request.ts';
import { campaignTarget } from './campaign-body.ts';
import type { Campaign, Variant } from './campaign.ts';

/** The send of a campaign, or of one of its variants. */
export interface CampaignSend extends ReadRequest {
  readonly variant: string | null;
}

/** The sends that a campaign makes now, one of each variant; `variables` lie over its own. Throws SendInvalid where its template asks for others. */
export async function sendsOf(campaign: Campaign, variables: Variables, read: ReadSendRequest): Promise<CampaignSend[]> {
  return ofEach(campaign, variables, {}, { place: campaignTarget }, [], read);
}

/** The same for users that a trigger names, each with variables of its own: `to` of the campaign then says which of them it is for. */
export async function triggeredSendsOf(
  campaign: Campaign,
  variables: Variables,
  users: readonly RequestedUser[],
  read: ReadSendRequest,
): Promise<CampaignSend[]> {
  const problems: SendProblem[] = [];
  const target = readTarget(campaign.send['to'], problems, campaignTarget);
  if (!target) throw new SendInvalid(problems);
  const to = { users: users.map(({ externalId, variables: own }) => ({ externalId, ...(own && { variables: own }) })) };
  return ofEach(campaign, variables, { to }, {}, [{ kind: 'target', target }], read);
}

/** What makes these sends; the first has the id given, those of other variants have ids that follow from it: the same cause always has the same. */
export function commandsOf({ app, id, revision }: Campaign, firstId: string, sends: readonly CampaignSend[], repeatable = true) {
  return sends.map(({ request, body, variant }, index) => ({
    id: index === 0 || variant === null ? firstId : uuid5('variant', firstId, variant),
    ...{ app, campaign: id, campaignRevision: revision, request, body, repeatable },
  }));
}

/** The send of one variant to all who were in no test, behind `from` of the hash. Throws SendInvalid where the campaign has no such variant any more. */
export async function restOf(
  campaign: Campaign,
  variables: Variables,
  variant: string,
  from: number,
  read: ReadSendRequest,
): Promise<CampaignSend> {
  const found = (await sendsOf(campaign, variables, read)).find((send) => send.variant === variant);
  if (!found) throw new SendInvalid([{ pointer: '/variants', message: `Has no variant ${variant} any more, which has won` }]);
  return { ...found, request: { ...found.request, within: [{ kind: 'share', salt: saltOf(campaign), from, to: parts }] } };
}

const parts = 10_000;

function saltOf({ app, id }: Campaign): string {
  return `${app}:${id}`;
}

/** Where the users begin, in ten-thousandths of the hash, among whom no variant is tried. */
export function endOfTest({ control = 0, winner = null }: Campaign): number {
  const begins = control * 100;
  return winner === null ? parts : Math.round(begins + ((parts - begins) * winner.testPercent) / 100);
}

async function ofEach(
  campaign: Campaign,
  variables: Variables,
  instead: Readonly<Record<string, unknown>>,
  reading: Reading,
  within: readonly Restriction[],
  read: ReadSendRequest,
): Promise<CampaignSend[]> {
  const { app, send, variants = [] } = campaign;
  const own = typeof send['variables'] === 'object' ? send['variables'] : {};
  const parts: readonly (Variant | null)[] = variants.length === 0 ? [null] : variants;
  const sends: CampaignSend[] = [];
  for (const [index, variant] of parts.entries()) {
    const body = { ...send, ...variant?.send, ...instead, variables: { ...own, ...variables } };
    const found = await read.execute(app, body, reading);
    const shared = [...within, ...shareOf(campaign, index)];
    const request = {
      ...withRules(campaign, found.request),
      ...(variant && { variant: variant.name }),
      ...(shared.length > 0 && { within: shared }),
    };
    sends.push({ request, body: found.body, variant: variant?.name ?? null });
  }
  return sends;
}

/** Whom a variant is for: the control group comes first, and then each variant after the others. Nothing where it is for everybody. */
function shareOf(campaign: Campaign, index: number): Restriction[] {
  const { variants = [], control = 0 } = campaign;
  if (variants.length === 0 && control === 0) return [];
  const begins = control * 100;
  const at = (share: number) => Math.round(begins + ((endOfTest(campaign) - begins) * share) / 100);
  const before = variants.slice(0, index).reduce((sum, { share }) => sum + share, 0);
  const share = variants[index]?.share ?? 100;
  return [{ kind: 'share', salt: saltOf(campaign), from: at(before), to: at(before + share) }];
}

function withRules(
  { quietHours = null, maxRecipients = null, ratePerMinute = null, ramp = null, labels, frequency, conversion = null }: Campaign,
  request: SendRequest,
): SendRequest {
  const rate = request.options.ratePerMinute ?? ratePerMinute;
  const steps = request.options.ramp ?? ramp;
  const options = {
    ...request.options,
    ...(steps && { ramp: steps }),
    maxRecipients: request.options.maxRecipients ?? maxRecipients,
    ...(rate !== null && { ratePerMinute: rate }),
  };
  return {
    ...request,
    options,
    ...(quietHours !== null && { quietHours }),
    ...(conversion !== null && { conversion: conversionRuleOf(conversion) }),
    ...(labels.length > 0 && { labels }),
    ...(frequency?.respectCaps === false && { isUncapped: true }),
  };
}
