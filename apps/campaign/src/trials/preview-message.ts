import { ProviderCallUnavailable } from '#libs/access';
import { fieldErrors } from '#libs/api';
import { installationKey, newId, type ProviderName } from '#libs/kernel';
import { InstallationNotFound, UserNotFound, type InstallationRepository, type UserRepository } from '#libs/registry';
import type { PreviewResult, SampleSizes, ShownPreview, TrialRecipient } from '#libs/sends';
import { compileMessage } from '#libs/templates';
import type { AskForMessages } from '../estimates/ask-for-messages.ts';
import { trialOf, type FindSample } from '../estimates/find-sample.ts';
import type { CreateSend } from '../intake/create-send.ts';
import { objectIn } from '../intake/read-send.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import type { FindCandidates } from '../planning/find-candidates.ts';
import type { SendRequest } from '../send/send-request.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import type { Template } from '../templates/template.ts';
import { previewedFields } from './preview-body.ts';
import type { z } from 'zod';

export interface MessagePreviewed {
  /** By provider: of several installations of one, that whose message is nearest to the limit. */
  readonly providers: Readonly<Partial<Record<ProviderName, ShownPreview & { readonly sample: SampleSizes | null }>>>;
  readonly missing: readonly string[];
  readonly of: number;
  readonly failed: number;
  readonly failures: PreviewResult['failures'];
}

type Asked = z.output<typeof previewedFields>;

const answeredWithinMs = 25_000;
const maxInstallations = 50;
/** Selects nobody, where no audience is asked about. */
const nobody = { installations: ['nobody'] };

/** What each provider would get of a message, and what of an audience's would fail: built as sending builds it, and sent to nobody. */
export class PreviewMessage {
  constructor(
    private readonly read: ReadSendRequest,
    private readonly createSend: CreateSend,
    private readonly candidates: FindCandidates,
    private readonly samples: FindSample,
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly ask: AskForMessages,
  ) {}

  /**
   * `template`: whose preview it is, in the place of a message. Throws SendInvalid with every problem at once, InstallationNotFound, UserNotFound,
   * ProviderCallUnavailable where no dispatcher has answered, DependencyUnavailable.
   */
  async execute(app: string, body: unknown, template?: Template): Promise<MessagePreviewed> {
    const given = objectIn(body);
    const problems: SendProblem[] = [];
    const isOwn = (name: string) => name in previewedFields.shape;
    const own = previewedFields.safeParse(Object.fromEntries(Object.entries(given).filter(([name]) => isOwn(name))));
    if (!own.success) problems.push(...fieldErrors(own.error.issues, previewedFields));
    if (Object.keys(given).filter(isOwn).length > 1)
      problems.push({ pointer: '', message: 'At most one of user, installation and locale is taken' });
    const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !isOwn(name)));
    const named = template ? ['message', 'template'].filter((name) => name in rest) : [];
    problems.push(...named.map((name) => ({ pointer: `/${name}`, message: 'Must be absent: the template is named in the path' })));
    const written = { to: nobody, ...rest, ...(template && withExamples(template, rest)) };
    const request = await this.#request(app, written, problems);
    if (problems.length > 0 || !request || !own.success) throw new SendInvalid(problems);
    return this.#preview(app, request, own.data, { hasAudience: 'to' in rest, missing: missingIn(request, template, rest['variables']) });
  }

  async #preview(
    app: string,
    request: SendRequest,
    asked: Asked,
    { hasAudience, missing }: { readonly hasAudience: boolean; readonly missing: readonly string[] },
  ): Promise<MessagePreviewed> {
    const dry = { ...request, options: { ...request.options, dryRun: true, maxRecipients: null }, sendAt: null, cancelKey: null };
    const { send, recipients } = await this.createSend.draft({ id: newId(), app, campaign: null, request: dry, repeatable: true });
    const keys = await this.#keysOf(app, asked);
    const shown = keys && (await this.candidates.named(send, keys.map((key) => ({ key, ownerEpoch: null, variables: null })))).flatMap(trialOf); // prettier-ignore
    const sample = hasAudience ? await this.samples.execute(send, recipients) : (shown ?? []);
    const invented = shown ? null : { locale: asked.locale ?? null };
    const result = await this.ask.preview(send, { shown: shown ?? [], invented, sample }, answeredWithinMs);
    if (!result) throw new ProviderCallUnavailable('the providers');
    return { providers: byProvider(result, sample), missing, of: sample.length, failed: result.failed, failures: result.failures };
  }

  async #request(app: string, body: Record<string, unknown>, problems: SendProblem[]): Promise<SendRequest | undefined> {
    try {
      return (await this.read.execute(app, body, { isDraft: true })).request;
    } catch (error) {
      if (!(error instanceof SendInvalid)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  }

  /** Of the installations asked about; undefined where none is. */
  async #keysOf(app: string, { user: externalId, installation: id }: Asked): Promise<readonly string[] | undefined> {
    if (id !== undefined) {
      const installation = await this.installations.findById(app, id);
      if (installation?.deletedAt !== null) throw new InstallationNotFound(id);
      return [installationKey(app, id)];
    }
    if (externalId === undefined) return undefined;
    const user = await this.users.findByExternalId(app, externalId);
    if (!user) throw new UserNotFound();
    return (await this.installations.findByUser(app, user.userId, maxInstallations)).map(({ key }) => key);
  }
}

/** The variables that are not given have the template's examples: a text without them would say little. */
function withExamples({ id, variables }: Template, { variables: given }: Record<string, unknown>): Record<string, unknown> {
  const examples = Object.entries(variables).flatMap(([name, { default: value, example = value }]) =>
    example === undefined || value !== undefined ? [] : [[name, example] as const],
  );
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))) return { template: id };
  return { template: id, variables: { ...Object.fromEntries(examples), ...given } };
}

function missingIn({ message, variables }: SendRequest, template: Template | undefined, given: unknown): string[] {
  const read = compileMessage(message).fields('variables');
  const named = read === 'all' ? [] : [...read];
  const required = Object.entries(template?.variables ?? {}).flatMap(([name, { required }]) => (required ? [name] : []));
  const defaults = Object.entries(template?.variables ?? {}).flatMap(([name, variable]) => (variable.default === undefined ? [] : [name]));
  const present = new Set(template ? [...Object.keys(Object(given) as object), ...defaults] : Object.keys(variables));
  return [...new Set([...named, ...required])].filter((name) => !present.has(name)).toSorted();
}

function byProvider({ shown, sizes }: PreviewResult, sample: readonly TrialRecipient[]): MessagePreviewed['providers'] {
  const share = ({ bytes, limit }: ShownPreview) => (bytes ?? 0) / (limit ?? 1);
  const providers: Partial<Record<ProviderName, ShownPreview & { sample: SampleSizes | null }>> = {};
  for (const provider of new Set([...shown, ...sample].map((one) => one.provider))) {
    const worst = shown.filter((one) => one.provider === provider).toSorted((one, other) => share(other) - share(one))[0];
    const weighed = sizes.find((one) => one.provider === provider) ?? null;
    if (worst) providers[provider] = { ...worst, sample: weighed };
    else if (weighed) providers[provider] = { ...unshown, provider, sample: weighed };
  }
  return providers;
}

/** A provider that the sample has, and whose preview was not asked for. */
const unshown = { installation: null, payload: null, bytes: null, limit: null, outcome: 'accepted', reason: null } as const;
