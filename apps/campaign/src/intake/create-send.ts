import { defaultSettings, type AppRepository, type CredentialRepository } from '#libs/access';
import { crashPoint, currentTraceparent, note, type BulkTurns, type Clock } from '#libs/kernel';
import { isProbe, type Send, openSlices, opensSlices, rampOf } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { CheckProgress } from '../progress/check-progress.ts';
import type { Canary } from '../planning/canary.ts';
import { isPaced } from '../planning/pace.ts';
import type { PlanSlice } from '../planning/plan-slice.ts';
import { noteEnd } from '../send/note-end.ts';
import { MAX_TRANSACTIONAL, createdEvent, finishedEvent, newSend, type MarketingRules } from '../send/new-send.ts';
import type { WeighSend } from '../estimates/weigh-send.ts';
import type { ResolveTarget } from './resolve-target.ts';
import { IdempotencyKeyRequired, SendNotFound, TooManyForTransactional } from '../send/send-errors.ts';
import type { SendRequest } from '../send/send-request.ts';
import type { SendTargets, TargetedRecipient } from '../send/send-targets.ts';

export interface CreateSendCommand {
  /** Derived from the cause: doing it twice is doing it once. */
  readonly id: string;
  readonly app: string;
  readonly campaign: string | null;
  /** The revision of the campaign that is sent. */
  readonly campaignRevision?: number | undefined;
  readonly request: SendRequest;
  /** The cause has a name of its own: an Idempotency-Key, an event. */
  readonly repeatable: boolean;
}

const plannedAtOnce = 500;
const entriesAtOnce = 2_000;
const sweptAfterMs = 5_000;

/**
 * Creates a send, insert-once by its id: counts whom it reaches, freezes all of it, and plans up to 500 named targets before it answers.
 * A repeat finishes what a crash left. Throws TooManyForTransactional, IdempotencyKeyRequired, DependencyUnavailable.
 */
export class CreateSend {
  constructor(
    private readonly sends: SendRepository,
    private readonly targets: SendTargets,
    private readonly resolve: ResolveTarget,
    private readonly plan: PlanSlice,
    private readonly canary: Canary,
    private readonly progress: CheckProgress,
    private readonly apps: AppRepository,
    private readonly credentials: CredentialRepository,
    private readonly bulkTurns: BulkTurns,
    private readonly weigh: WeighSend,
    private readonly clock: Clock,
  ) {}

  async execute(command: CreateSendCommand): Promise<Send> {
    const { app, id, request } = command;
    if (request.options.purpose === 'transactional') this.bulkTurns.makeWay();
    const send = (await this.sends.findById(app, id)) ?? (await this.#create(command));
    if (send.state !== 'planning' || !isSmall(request, send)) return send;
    await this.plan.whole(send);
    await this.progress.execute(app, id);
    return this.#get(app, id);
  }

  /** The document of a send that is not stored, and whom it reaches now. Throws as `execute` does. */
  async draft({
    id,
    app,
    campaign,
    campaignRevision,
    request,
    repeatable,
  }: CreateSendCommand): Promise<{ send: Send; recipients: readonly TargetedRecipient[] }> {
    if (request.target.kind === 'everyone' && !repeatable && (await this.#reachesPhones(app))) throw new IdempotencyKeyRequired();
    const at = this.clock.now();
    const { target, recipients } = await this.resolve.execute(app, request, at);
    if (request.options.purpose === 'transactional' && target.recipients > MAX_TRANSACTIONAL) {
      throw new TooManyForTransactional(target.recipients);
    }
    const send = newSend({
      id,
      app,
      campaign,
      campaignRevision,
      request,
      rules: await this.#rulesOf(app, request, campaign),
      target,
      at,
      dueAt: at + sweptAfterMs,
      traceparent: currentTraceparent(),
    });
    return { send, recipients };
  }

  async #create(command: CreateSendCommand): Promise<Send> {
    const { id, app, campaign, request } = command;
    const { send: draft, recipients } = await this.draft(command);
    const sizes = request.options.dryRun ? await this.weigh.execute(draft, recipients) : undefined;
    const send = { ...draft, ...(sizes && { sizes }) };
    // Before the send: whoever finds the send finds its recipients. Those of a send that never came harm nobody.
    if (send.audience.kind === 'explicit' && send.finishedAt === null) await this.targets.put(id, recipients);
    const finished = finishedEvent(send);
    const opened = isSmall(request, send)
      ? []
      : opensSlices(send, this.canary.isOpen(send) ? [0] : Array(openSlices(send)).keys(), send.createdAt);
    crashPoint('send.create.before');
    await this.sends.insert(send, [createdEvent(send), ...(finished ? [finished] : opened)]);
    crashPoint('send.create.after');
    const { lane, recipients: targeted } = send;
    note('send started', { app, sendId: id, campaign, lane, recipients: targeted });
    noteEnd(send);
    return this.#get(app, id);
  }

  /** Of the app; not looked up where there are none. Nobody sees a silent probe: it neither waits for the morning nor counts. */
  async #rulesOf(app: string, { options }: SendRequest, campaign: string | null): Promise<MarketingRules> {
    if (options.purpose === 'transactional' || isProbe({ campaign })) return defaultSettings;
    return (await this.apps.findById(app))?.settings ?? defaultSettings;
  }

  async #reachesPhones(app: string): Promise<boolean> {
    return (await this.credentials.list(app)).some(({ simulated }) => !simulated);
  }

  async #get(app: string, id: string): Promise<Send> {
    const send = await this.sends.findById(app, id);
    if (!send) throw new SendNotFound(id);
    return send;
  }
}

/** Few enough to be planned inside the request. */
function isSmall({ target }: SendRequest, send: Send): boolean {
  const { recipients } = send;
  if (target.kind === 'accepted' && !target.isOver) return false;
  return !isPaced(send) && rampOf(send).length === 0 && recipients <= entriesAtOnce && namedIn(target) <= plannedAtOnce;
}

function namedIn(target: SendRequest['target']): number {
  switch (target.kind) {
    case 'users':
      return target.users.length;
    case 'installations':
      return target.ids.length;
    case 'tokens':
      return target.tokens.length;
    case 'shared':
      return 1;
    case 'accepted':
      return target.recipients;
    case 'activity':
    case 'everyone':
    case 'tags':
    case 'filter':
    case 'audience':
      return Infinity;
  }
}
