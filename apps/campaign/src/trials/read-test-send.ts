import { fieldErrors, pathId } from '#libs/api';
import { installationKey } from '#libs/kernel';
import type { InstallationRepository, UserRepository } from '#libs/registry';
import { z } from 'zod';
import type { CampaignRepository } from '../campaigns/campaign.repository.ts';
import { objectIn } from '../intake/read-send.ts';
import { readTarget, type TargetPlace } from '../intake/read-target.ts';
import { writtenSendBody } from '../intake/send-body.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import { namedUser, targetBody } from '../intake/target-body.ts';
import type { SendRequest } from '../send/send-request.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';

const maxNamed = 10;

const own = z.object({
  users: z.array(namedUser).min(1).max(maxNamed).exactOptional(),
  installations: z.array(pathId).min(1).max(maxNamed).exactOptional(),
  campaign: pathId.exactOptional().meta({ description: 'A campaign whose message is tried, in the place of `message` and `options`.' }),
  variant: z.string().min(1).max(64).exactOptional().meta({ description: 'Which variant of the campaign; the first one unless said.' }),
});

/** The body of `POST …/sends/test`: that of a send, and on whom it is tried. */
export const testSendBody = writtenSendBody
  .omit({ to: true })
  .extend({
    ...own.shape,
    to: targetBody.exactOptional().meta({ description: 'Looked at and not used, so that the body of a send can be tried as it is.' }),
  })
  .meta({
    id: 'TestSend',
    description: 'A message, template or campaign, and exactly one of users and installations.',
    examples: [
      { message: { title: 'Hello {{user.attributes.name | default: "you"}}' }, installations: ['phone-1'] },
      { campaign: 'spring', variant: 'short', users: ['kim'] },
    ],
  });

/** Those named stand in the body itself. */
const place: TargetPlace = { pointer: '', kinds: ['users', 'installations'] };

export interface TestRequest {
  readonly campaign: string | null;
  readonly request: SendRequest;
}

type Own = z.output<typeof own>;

/** Reads what is to be tried, and on whom. */
export class ReadTestSend {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly read: ReadSendRequest,
  ) {}

  /** Throws SendInvalid with all problems at once, users and installations that are not there among them; DependencyUnavailable. */
  async execute(app: string, body: unknown): Promise<TestRequest> {
    const { to, ...rest } = objectIn(body);
    const problems: SendProblem[] = [];
    const isOwn = (name: string) => name in own.shape;
    const asked = own.safeParse(Object.fromEntries(Object.entries(rest).filter(([name]) => isOwn(name))));
    if (!asked.success) problems.push(...fieldErrors(asked.error.issues, own));
    if ((rest['users'] === undefined) === (rest['installations'] === undefined))
      problems.push({ pointer: '', message: 'Exactly one of users and installations is required' });
    if (to !== undefined) readTarget(to, problems);
    const send = Object.fromEntries(Object.entries(rest).filter(([name]) => !isOwn(name)));
    const known: Own = asked.success ? asked.data : {};
    const written = await this.#written(app, send, known, problems);
    const request = await this.#request(app, { ...written, to: targetOf(known) }, problems);
    problems.push(...(await this.#missing(app, known)));
    if (request?.options.dryRun) problems.push({ pointer: '/options/dryRun', message: 'Must be absent: a test asks the provider' });
    if (problems.length > 0 || !request) throw new SendInvalid(problems);
    const { campaign = null, variant } = known;
    return { campaign, request: { ...asTest(request), ...(variant !== undefined && { variant }) } };
  }

  /** The body of the send, as it is given or as the campaign has it. */
  async #written(app: string, given: Record<string, unknown>, { campaign: id, variant }: Own, problems: SendProblem[]) {
    if (id === undefined) {
      if (variant !== undefined) problems.push({ pointer: '/variant', message: 'Must be absent: no campaign is named' });
      return given;
    }
    const { variables = {}, ...others } = given;
    problems.push(...Object.keys(others).map((name) => ({ pointer: `/${name}`, message: 'Must be absent: the campaign has it' })));
    const campaign = await this.campaigns.findById(app, id);
    if (!campaign) {
      problems.push({ pointer: '/campaign', message: 'The app has no campaign of this id' });
      return { message: { title: 'unknown' }, variables };
    }
    const { send, variants = [] } = campaign;
    const chosen = variant === undefined ? variants[0] : variants.find(({ name }) => name === variant);
    if (variant !== undefined && !chosen) problems.push({ pointer: '/variant', message: 'The campaign has no variant of this name' });
    const [before, over] = [send['variables'], variables].map((value) => (typeof value === 'object' ? value : {}));
    return { ...send, ...(chosen ?? variants[0])?.send, variables: typeof variables === 'object' ? { ...before, ...over } : variables };
  }

  async #request(app: string, body: Record<string, unknown>, problems: SendProblem[]): Promise<SendRequest | undefined> {
    try {
      return (await this.read.execute(app, body, { place })).request;
    } catch (error) {
      if (!(error instanceof SendInvalid)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  }

  async #missing(app: string, { users = [], installations = [] }: Own): Promise<SendProblem[]> {
    const externalIds = users.map((user) => (typeof user === 'string' ? user : user.externalId));
    const found = await this.users.findByExternalIds(app, externalIds);
    const problems: SendProblem[] = [];
    for (const [index, externalId] of externalIds.entries()) {
      const user = found.get(externalId);
      const has = user && (await this.installations.findByUser(app, user.userId, 1)).length > 0;
      if (!has) problems.push({ pointer: `/users/${index}`, message: user ? 'Has no installation' : 'The app has no such user' });
    }
    const stored = await this.installations.findByKeys(installations.map((id) => installationKey(app, id)));
    const ids = new Set(stored.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id));
    for (const [index, id] of installations.entries())
      if (!ids.has(id)) problems.push({ pointer: `/installations/${index}`, message: 'The app has no such installation' });
    return problems;
  }
}

/** What is wrong with those named is said already: somebody stands for them. */
function targetOf({ users, installations }: Own): object {
  return users ? { users } : { installations: installations ?? ['nobody'] };
}

/** It goes at once, whatever the hour, and is no other send's: what says when and to how many holds for the send itself. */
function asTest(request: SendRequest): SendRequest {
  return { ...request, options: { ...request.options, maxRecipients: null }, sendAt: null, cancelKey: null, quietHours: false };
}
