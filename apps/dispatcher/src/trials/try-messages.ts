import type { MessageTrial, MessageTrialAnswer } from '#libs/access';
import { Turns, type Clock, type ProviderName, type ReceiptSigner } from '#libs/kernel';
import type { Send, TrialOrder, TrialRecipient, TrialResult } from '#libs/sends';
import { skipped, type Word } from '#libs/sends/attempt/writing';
import { compileMessage } from '#libs/templates';
import type { KnownHalts } from '../admission/known-halts.ts';
import type { Channels } from '../batches/channels.ts';
import { outcomeCodeOf } from '../batches/outcomes.ts';
import type { RecipientReader } from '../batches/recipients.ts';
import { wordedFor } from '../batches/send-round.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { ProviderErrand } from '../providers/provider-plug.ts';
import type { Admission, PushProvider } from '../providers/push-provider.ts';
import { Witness } from '../providers/witness.ts';
import { prepareMessages } from './prepared-messages.ts';
import type { SealedOrders } from './sealed-orders.ts';
import { shownExchange } from './shown-exchange.ts';

/** How long a connection may take to be there, ms. */
const admittedWithinMs = 5_000;

/**
 * Sends messages of a send that is stored nowhere, or only builds them, and says what the provider said of each. What it learns stays here: no token is purged, no provider rested, no
 * rate changed by it, and none of these holds it up. An operator's halt does.
 */
export class TryMessages implements ProviderErrand<'message_trial'> {
  readonly kind = 'message_trial';

  constructor(
    private readonly channels: Channels,
    private readonly halts: KnownHalts,
    private readonly recipients: RecipientReader,
    private readonly receipts: ReceiptSigner,
    private readonly orders: SealedOrders,
    private readonly clock: Clock,
    private readonly ownerReadMaxAgeMs: number,
  ) {}

  /** Never rejects. */
  execute(trial: MessageTrial): Promise<MessageTrialAnswer> {
    return this.orders.carryOut(trial, (order: TrialOrder) => this.#tryAll(order));
  }

  async #tryAll({ send, recipients, isSent }: TrialOrder): Promise<TrialResult[]> {
    const byProvider = Map.groupBy(recipients, ({ provider }) => provider);
    const results = await Promise.all([...byProvider].map(([provider, theirs]) => this.#tryBy(provider, send, theirs, isSent)));
    return results.flat();
  }

  async #tryBy(provider: ProviderName, send: Send, recipients: readonly TrialRecipient[], isSent: boolean): Promise<TrialResult[]> {
    const halted = await this.halts.reasonFor(send.app, provider, send.createdAt);
    if (halted) return recipients.map(({ installation }) => unasked(installation, provider, { outcome: 'skipped', reason: halted }));
    const channel = await this.channels.find(send.app, provider, send.createdAt);
    if (!channel) return recipients.map(({ installation }) => unasked(installation, provider, skipped('provider_unavailable')));
    return this.#tryThrough(channel.provider, send, recipients, isSent);
  }

  async #tryThrough(provider: PushProvider, send: Send, recipients: readonly TrialRecipient[], isSent: boolean): Promise<TrialResult[]> {
    const admission = isSent ? await provider.admit(send.app, this.clock.now() + admittedWithinMs) : admitted;
    const message = compileMessage(send.message);
    const ids = recipients.map(({ installation }) => installation);
    const reading = await this.recipients.read(send, { ids, allOf: undefined }, this.clock.now(), message);
    const startBy = reading.readAt + this.ownerReadMaxAgeMs;
    const about = { send, provider, message, reading, startBy };
    const { handed, words, request } = await prepareMessages(about, recipients, this.receipts, new Turns(this.clock, send.app));
    const results = Array.from(words, ([place, word]) => unasked(ids[place] ?? '', provider.name, word));
    const witness = new Witness();
    const ask = () => (isSent ? provider.send({ ...request, witness }) : provider.look({ ...request, witness }));
    const outcomes = admission.admitted && handed.length > 0 ? wordedFor(send, await ask()) : [];
    const none = admission.admitted ? noAnswer : admission.outcome;
    for (const [index, position] of handed.positions.entries()) {
      const outcome = outcomes[index] ?? none;
      const tokens = [handed.at(index)?.token, outcome.kind === 'token_moved' ? outcome.token : undefined].filter(
        (token) => token !== undefined,
      );
      results.push({
        installation: ids[position] ?? '',
        provider: provider.name,
        outcome: outcomeCodeOf(outcome),
        reason: outcome.reason ?? null,
        ...shownExchange(witness.exchange(index), tokens, handed.holder(index).fingerprint),
      });
    }
    return results;
  }
}

const admitted: Admission = { admitted: true };
const noAnswer: Outcome = { kind: 'unknown', reason: 'no_answer' };

function unasked(installation: string, provider: ProviderName, { outcome, reason }: Pick<Word, 'outcome' | 'reason'>): TrialResult {
  return { installation, provider, outcome, reason, request: null, answer: null };
}
