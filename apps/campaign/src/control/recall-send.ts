import { isDeepStrictEqual } from 'node:util';
import { auditLineOf, type AuditLog, type Principal } from '#libs/access';
import { PushError, canReplace, canWithdraw, note, uuid5, type Clock } from '#libs/kernel';
import { slicesOfStep, type MessageTemplate, type Send, type SendSums } from '#libs/sends';
import type { CreateSend } from '../intake/create-send.ts';
import type { LiveSums } from '../progress/live-sums.ts';
import type { FindSend } from '../send/find-send.ts';
import type { SendRequest } from '../send/send-request.ts';
import type { StopSend } from './stop-send.ts';
import type { WaitForEnd } from './wait-for-end.ts';

/** What became of the messages of a recalled send. */
interface TakenBack {
  /** Another message takes their place. */
  readonly replaced: number;
  /** A silent one takes their place. */
  readonly withdrawn: number;
  /** They stay. */
  readonly impossible: number;
}

export interface Recalled extends TakenBack {
  /** The send that takes the messages back; null: there is none to send. */
  readonly sendId: string | null;
  /** Messages that were stopped before they went. */
  readonly unsent: number;
  readonly byProvider: Readonly<Record<string, TakenBack>>;
}

/** A send was recalled with another message: the phones have that one. */
export class RecallDiffers extends PushError {
  readonly code = 'recall_differs';
  readonly retryable = false;

  constructor(
    readonly sendId: string,
    options?: ErrorOptions,
  ) {
    super(`The send was recalled with another message, by send ${sendId}; recall that one to replace it`, options);
  }
}

const endsWithinMs = 2_000;
/** How long a provider keeps a correction for a phone that is off, at least. */
const keptMs = { marketing: 259_200_000, transactional: 3_600_000 } as const;
/** What an app takes its notification away by, where it shows one that is withdrawn. */
const withdrawn: MessageTemplate = { silent: true, data: { carillonWithdraw: '{{ variables.collapseId }}' } };

/**
 * Takes a send back: stops what has not gone, and has a send of its own replace or withdraw what was accepted. The id of that one follows from the send's, so
 * a recall that is repeated, or that a crash cut short, is the same one. Throws SendNotFound, RecallDiffers, DependencyUnavailable.
 */
export class RecallSend {
  constructor(
    private readonly find: FindSend,
    private readonly stopSend: StopSend,
    private readonly waitForEnd: WaitForEnd,
    private readonly createSend: CreateSend,
    private readonly liveSums: LiveSums,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** `replaceWith`: shown in the place of the send's; null: nothing is. */
  async execute(app: string, id: string, replaceWith: MessageTemplate | null, by: Principal): Promise<Recalled> {
    await this.find.execute(app, id);
    const line = { app, by, action: 'send.recalled', target: id, revision: 1 } as const;
    await this.audit.append(auditLineOf(line, this.clock.now()));
    const send = await this.waitForEnd.execute(await this.stopSend.execute(app, id, 'recalled'), endsWithinMs);
    const { sums } = send.sums ? { sums: send.sums } : await this.liveSums.now(send);
    const recall = await this.#recall(send, sums, replaceWith);
    note('send recalled', { app, sendId: id, by: by.keyId, recall: recall?.id ?? null });
    return recalled(send, sums, recall, recall && (recall.sums ?? (await this.liveSums.now(recall)).sums));
  }

  /** The send that takes the messages back, as it is stored; undefined where no provider could do it. */
  async #recall(send: Send, sums: SendSums, replaceWith: MessageTemplate | null): Promise<Send | undefined> {
    const { app } = send;
    const id = uuid5('recall', send.id);
    const known = await this.find.orNothing(app, id);
    const request = this.#requestOf(send, sums, replaceWith);
    if (!known && !request) return undefined;
    const recall = request ? await this.createSend.execute({ id, app, campaign: null, request, repeatable: true }) : known;
    const wanted = replaceWith ?? withdrawn;
    if (recall && !isDeepStrictEqual(recall.message, JSON.parse(JSON.stringify(wanted)))) throw new RecallDiffers(id);
    return recall;
  }

  /** It counts for no cap and waits for no morning: what it takes the place of has done so. */
  #requestOf(send: Send, sums: SendSums, replaceWith: MessageTemplate | null): SendRequest | undefined {
    const { options, id } = send;
    const { collapseId } = options;
    const recipients = reachable(send, sums, replaceWith === null ? canWithdraw : canReplace);
    if (recipients === 0 || collapseId === null) return undefined;
    const { purpose, subscription, priority } = options;
    return {
      target: { kind: 'accepted', sendId: id, recipients, slices: slicesOfStep(send), isOver: send.finishedAt !== null },
      message: replaceWith ?? withdrawn,
      variables: replaceWith ? send.variables : { collapseId },
      options: { purpose, subscription, collapseId, priority: replaceWith ? priority : 'normal', maxRecipients: null, dryRun: false },
      ttlMs: Math.max(send.expiresAt - this.clock.now(), keptMs[purpose]),
      sendAt: null,
      cancelKey: null,
      metadata: send.metadata,
      ...(send.event && { event: send.event }),
      quietHours: false,
      replaces: id,
    };
  }
}

/** How many messages may have been accepted and can be taken back. Only what is shown under a collapse id can, and only where it is known who got it. */
function reachable(send: Send, { byProvider }: SendSums, isAble: typeof canReplace): number {
  const { options, message, audience, activity } = send;
  if (options.collapseId === null || options.validateOnly === true || message.silent === true || activity) return 0;
  if (audience.kind === 'shared' || send.forgottenAt !== undefined) return 0;
  return Object.entries(byProvider).reduce(
    (sum, [provider, { accepted, remaining }]) => sum + (isAble(provider) ? accepted + (send.finishedAt === null ? remaining : 0) : 0),
    0,
  );
}

function recalled(send: Send, sums: SendSums, recall: Send | undefined, found: SendSums | undefined): Recalled {
  const total = { replaced: 0, withdrawn: 0, impossible: 0 };
  const isWithdrawn = recall?.message.silent === true;
  const isAble = isWithdrawn ? canWithdraw : canReplace;
  const byProvider: Record<string, TakenBack> = {};
  for (const [provider, { accepted }] of Object.entries(sums.byProvider)) {
    if (accepted === 0 || send.options.validateOnly === true) continue; // nobody was shown what was only looked at
    const { suppressed = 0, failed = 0 } = found?.byProvider[provider] ?? {};
    const isGoing = recall !== undefined && isAble(provider);
    const going = isGoing ? Math.max(accepted - suppressed - failed, 0) : 0;
    const own = { replaced: isWithdrawn ? 0 : going, withdrawn: isWithdrawn ? going : 0, impossible: accepted - going };
    byProvider[provider] = own;
    total.replaced += own.replaced;
    total.withdrawn += own.withdrawn;
    total.impossible += own.impossible;
  }
  return { sendId: recall?.id ?? null, unsent: unsentOf(send, sums), ...total, byProvider };
}

/** What was not planned, and what was planned and had not gone. */
function unsentOf({ state, recipients }: Send, { counts, suppressedBy }: SendSums): number {
  if (state !== 'stopped') return 0;
  return Math.max(recipients - counts.targeted, 0) + counts.remaining + (suppressedBy['send_stopped'] ?? 0);
}
