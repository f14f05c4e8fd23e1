import { fieldErrors, pathId } from '#libs/api';
import { isoTime, newId, type Clock } from '#libs/kernel';
import {
  InstallationNotFound,
  UserNotFound,
  filterOf,
  filteredInstallations,
  type Installation,
  type InstallationRepository,
  type UserRepository,
} from '#libs/registry';
import { externalIdField } from '#libs/registry-http';
import type { Send } from '#libs/sends';
import { z } from 'zod';
import type { CreateSend } from '../intake/create-send.ts';
import { objectIn } from '../intake/read-send.ts';
import { writtenSendBody } from '../intake/send-body.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import type { FrequencyCaps } from '../planning/frequency-caps.ts';
import type { SendRequest } from '../send/send-request.ts';
import type { TargetedRecipient } from '../send/send-targets.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import type { AskForMessages } from '../estimates/ask-for-messages.ts';
import { audienceFinding, plannedFindings, triedFinding, verdictsOf, type RuleVerdict } from './explained-rule.ts';

const own = z.strictObject({ user: externalIdField.exactOptional(), installation: pathId.exactOptional() });

/** The body of `POST …/explain`. */
export const explainSendBody = own.extend({ send: writtenSendBody }).meta({
  id: 'ExplainSend',
  description: 'The body of a send, and exactly one of user and installation.',
  examples: [{ user: 'kim', send: { to: { tags: 'vip' }, message: { title: 'Hello' } } }],
});

export interface InstallationVerdict {
  readonly installation: string;
  readonly provider: string;
  readonly rules: readonly RuleVerdict[];
}

const maxInstallations = 50;

interface Judged {
  readonly installation: Installation;
  readonly findings: ReturnType<typeof plannedFindings>;
}

/** What would become of a send for one person or phone, rule by rule. Sends nothing and stores nothing. */
export class ExplainSend {
  constructor(
    private readonly read: ReadSendRequest,
    private readonly createSend: CreateSend,
    private readonly caps: FrequencyCaps,
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly ask: AskForMessages,
    private readonly clock: Clock,
  ) {}

  /** Of each installation asked about. Throws SendInvalid with all problems at once, InstallationNotFound, UserNotFound, DependencyUnavailable. */
  async execute(app: string, body: unknown): Promise<readonly InstallationVerdict[]> {
    const { send: written, ...asked } = objectIn(body);
    const problems: SendProblem[] = [];
    const parsed = own.safeParse(asked);
    if (!parsed.success) problems.push(...fieldErrors(parsed.error.issues, own));
    if ((asked['user'] === undefined) === (asked['installation'] === undefined))
      problems.push({ pointer: '', message: 'Exactly one of user and installation is required' });
    const request = await this.#request(app, written, problems);
    if (problems.length > 0 || !request || !parsed.success) throw new SendInvalid(problems);
    const found = await this.#asked(app, parsed.data);
    const { send, recipients } = await this.createSend.draft({ id: newId(), app, campaign: null, request, repeatable: true });
    return this.#verdicts(send, recipients, found, request.sendAt ?? this.clock.now());
  }

  async #verdicts(send: Send, recipients: readonly TargetedRecipient[], found: readonly Installation[], at: number) {
    const { audience } = send;
    const hasRule = audience.kind !== 'explicit' && audience.kind !== 'accepted' && audience.kind !== 'shared';
    const filter = hasRule ? filterOf(audience) : null;
    const whole = filter ? await filteredInstallations(filter, found, this.installations) : found;
    const named = new Map(recipients.map((recipient) => [recipient.key, recipient]));
    const judged = whole.map((installation) => {
      const findings = plannedFindings(send, installation, at);
      const outside = audienceFinding(send, installation, named.has(installation.key));
      if (outside) findings.set('audience', outside);
      return { installation, findings };
    });
    // The message is looked at wherever it can be built, were the audience another one.
    const going = judged.filter(({ findings }) => ![...findings.keys()].some((rule) => rule !== 'audience' && rule !== 'quiet_hours'));
    await this.#addCaps(send, going, at);
    const trials = going.map(({ installation: { id, key, provider, ownerEpoch } }) => {
      return { installation: id, provider, ownerEpoch, variables: named.get(key)?.variables ?? null };
    });
    const tried = trials.length === 0 ? [] : ((await this.ask.trial(send, trials, false)) ?? []);
    const results = new Map(tried.map((result) => [result.installation, result]));
    return judged.map(({ installation: { id, provider }, findings }) => {
      const result = results.get(id);
      if (result) {
        const { rule, found: said } = triedFinding(result);
        findings.set(rule, said);
      }
      return { installation: id, provider, rules: verdictsOf(findings, result !== undefined) };
    });
  }

  /** As planning would find now; a dry run marks nobody. */
  async #addCaps(send: Send, going: readonly Judged[], at: number): Promise<void> {
    const messages = going.map(({ installation: { id, userId } }) => ({ installationId: id, userId, dueAt: at }));
    const refusals = await this.caps.execute({ ...send, options: { ...send.options, dryRun: true } }, messages, this.clock.now());
    for (const { installation, findings } of going) {
      const refusal = refusals.get(installation.id);
      const detail = refusal && `It would go after ${isoTime(refusal.until)}`;
      if (detail !== undefined) findings.set('frequency_cap', { verdict: 'fails', reason: 'frequency_cap', detail });
    }
  }

  async #request(app: string, written: unknown, problems: SendProblem[]): Promise<SendRequest | undefined> {
    try {
      return (await this.read.execute(app, written)).request;
    } catch (error) {
      if (!(error instanceof SendInvalid)) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, pointer: `/send${problem.pointer}` })));
      return undefined;
    }
  }

  async #asked(app: string, { user: externalId, installation: id }: z.output<typeof own>): Promise<readonly Installation[]> {
    if (id !== undefined) {
      const installation = await this.installations.findById(app, id);
      if (installation?.deletedAt !== null) throw new InstallationNotFound(id);
      return [installation];
    }
    const user = externalId === undefined ? undefined : await this.users.findByExternalId(app, externalId);
    if (!user) throw new UserNotFound();
    return this.installations.findByUser(app, user.userId, maxInstallations);
  }
}
