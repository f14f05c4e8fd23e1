import { isoTime, messageId } from '#libs/kernel';
import {
  filteredInstallations,
  firstFalseIn,
  firstFalseLeaf,
  type Installation,
  type InstallationRepository,
  type TokenLedger,
} from '#libs/registry';
import {
  type AttemptReader,
  type ConversionReader,
  type Page,
  type PageEntry,
  type PageReader,
  type ReceiptReader,
  type ResultReader,
  type Send,
  entriesOf,
  stepOf,
} from '#libs/sends';
import { findPlanned } from './find-planned.ts';
import { explainMessage, type Explanation, type MessageRecord } from './explanation.ts';

const ledgerLines = 50;

/** Why one installation did or did not get a send: a fixed number of indexed look-ups, however large the send. */
export class ExplainInstallation {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly ledger: TokenLedger,
    private readonly pages: PageReader,
    private readonly attempts: AttemptReader,
    private readonly results: ResultReader,
    private readonly receipts: ReceiptReader,
    private readonly conversions: ConversionReader,
  ) {}

  async execute(send: Send, installationId: string): Promise<Explanation> {
    if (send.forgottenAt !== undefined) return forgotten(send.forgottenAt);
    const { page, entry } = await findPlanned(this.pages, send, installationId);
    if (page && entry) return ofRecall(send, explainMessage(await this.#record(send, page, entry)));
    const installation = await this.installations.findById(send.app, installationId);
    if (!installation) return { outcome: 'installation_unknown', reason: 'not_registered', steps: [] };
    if (!page) return notPlanned(send, installationId);
    const { audience } = send;
    const filtered = audience.kind === 'filter' ? await filteredInstallations(audience.filter, [installation], this.installations) : [];
    return notTargeted(send, page, filtered[0] ?? installation);
  }

  /** What is stored of the message to an installation; undefined where it has none, or nothing is kept of it any more. */
  async find(send: Send, installationId: string): Promise<MessageRecord | undefined> {
    if (send.forgottenAt !== undefined) return undefined;
    const { page, entry } = await findPlanned(this.pages, send, installationId);
    return page && entry && this.#record(send, page, entry);
  }

  async #record(send: Send, page: Page, entry: PageEntry): Promise<MessageRecord> {
    const { installationId } = entry;
    const batch = entry.batch === null ? undefined : page.batches[entry.batch];
    const { caps = [] } = send.frequency ?? {};
    if (!batch || entry.batch === null)
      return { page, entry, batch: undefined, index: -1, result: undefined, attempts: [], ledger: [], receipts: [], caps };
    const id = messageId(send.id, installationId);
    const [result, attempts, lines, receipts, conversions] = await Promise.all([
      this.results.findById(batch.id),
      this.attempts.ofBatch(batch.id),
      this.ledger.ofInstallation(send.app, installationId, ledgerLines),
      this.receipts.ofInstallations(send.app, send.id, [installationId]),
      send.conversion && this.conversions.findByIds(send.app, [id]),
    ]);
    const ledger = lines.items.filter((line) => line.sendId === send.id || line.at >= page.plannedAt).toReversed();
    const index = entriesOf(page, entry.batch).findIndex((candidate) => candidate.installationId === installationId);
    return {
      page,
      entry,
      batch,
      index,
      result,
      attempts,
      ledger,
      receipts: receipts.get(installationId) ?? [],
      converted: conversions?.get(id)?.converted ?? null,
    };
  }
}

/** What the message takes the place of comes first. */
function ofRecall({ replaces, createdAt, message }: Send, explanation: Explanation): Explanation {
  if (replaces === undefined) return explanation;
  const detail = `${message.silent === true ? 'withdraws' : 'replaces'} the message of send ${replaces}`;
  return { ...explanation, steps: [{ at: createdAt, step: 'recall', detail }, ...explanation.steps] };
}

function forgotten(at: number): Explanation {
  return { outcome: 'forgotten', reason: 'retention', steps: [{ at, step: 'forgotten', detail: 'of this send only the sums are kept' }] };
}

function notPlanned(send: Send, installationId: string): Explanation {
  const over = send.finishedAt !== null;
  return over
    ? {
        outcome: 'not_targeted',
        reason: send.stateReason ?? `send_${send.state}`,
        steps: [{ at: send.finishedAt, step: send.state, detail: 'before this installation was planned' }],
      }
    : {
        outcome: 'pending',
        ...notYet(send, installationId),
      };
}

function notYet(send: Send, installationId: string): Pick<Explanation, 'reason' | 'steps'> {
  const created = { at: send.createdAt, step: 'created' };
  const step = stepOf(send, installationId);
  const { step: open, until } = send.ramp ?? { step: 0 };
  if (step <= open) return { reason: 'not_planned_yet', steps: [{ ...created, detail: 'planning has not come this far' }] };
  const next = until === undefined ? '' : `; step ${open + 1} begins at ${isoTime(until)}`;
  return { reason: 'ramp', steps: [{ ...created, detail: `it is in step ${step} of the ramp, from 0, and step ${open} is open${next}` }] };
}

function notTargeted(send: Send, page: Page, installation: Installation): Explanation {
  const planned = `when it was planned, at ${isoTime(page.plannedAt)}`;
  const { reason, detail } = whyNot(send, installation);
  return {
    outcome: 'not_targeted',
    reason,
    steps: [{ at: page.plannedAt, step: 'not targeted', detail: `${detail}; ${planned} the audience did not match` }],
  };
}

function whyNot(send: Send, installation: Installation): { reason: string; detail: string } {
  if (send.audience.kind === 'shared')
    return {
      reason: 'shared_address',
      detail:
        'channel' in send.audience.address
          ? 'the send is one message to a broadcast channel, and APNs alone knows who follows it'
          : 'the send is one message to a topic, and FCM alone knows who is subscribed to it',
    };
  if (send.audience.kind === 'accepted')
    return {
      reason: 'not_addressed',
      detail: `it takes back the messages of send ${send.audience.sendId}, and none of those was accepted for this installation`,
    };
  if (send.audience.kind === 'explicit')
    return { reason: 'not_addressed', detail: 'the send names its recipients, and this is none of them' };
  if (installation.firstSeenAt > send.createdAt) {
    return { reason: 'first_seen_after_send', detail: `first seen at ${isoTime(installation.firstSeenAt)}, after the send was made` };
  }
  if (send.audience.kind === 'filter') {
    const wrong = firstFalseIn(send.audience.filter, installation);
    if (!wrong) return { reason: 'matched_only_later', detail: 'it would match today' };
    return {
      reason: `filter ${wrong.pointer || '/'}`,
      detail: `the filter asks for ${JSON.stringify(wrong.leaf)}, and there is ${JSON.stringify(wrong.actual)}`,
    };
  }
  const leaf = send.audience.kind === 'tags' ? firstFalseLeaf(send.audience.expression, installation) : null;
  if (!leaf) return { reason: 'matched_only_later', detail: 'it would match today' };
  return {
    reason: `${leaf.expected ? 'lacks' : 'has'} ${leaf.text}`,
    detail: `the expression needs ${leaf.expected ? '' : 'no '}${leaf.text}`,
  };
}
