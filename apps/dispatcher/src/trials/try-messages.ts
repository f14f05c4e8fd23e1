import { placeOfTrial, type MessageTrial, type MessageTrialAnswer, type Sealer } from '#libs/access';
import { note, type Clock, type ProviderName, type ReceiptSigner } from '#libs/kernel';
import type { Send, TrialOrder, TrialRecipient, TrialResult } from '#libs/sends';
import { skipped, type Word } from '#libs/sends/attempt/writing';
import { compileMessage } from '#libs/templates';
import type { KnownHalts } from '../admission/known-halts.ts';
import { AddressedMessages } from '../batches/addressed-messages.ts';
import type { Channels } from '../batches/channels.ts';
import { outcomeCodeOf } from '../batches/outcomes.ts';
import { MessagePreparation } from '../batches/prepare-message.ts';
import type { RecipientReader } from '../batches/recipients.ts';
import { Renderer } from '../batches/renderer.ts';
import { requestFor, wordedFor } from '../batches/send-round.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { ProviderErrand } from '../providers/provider-plug.ts';
import type { Admission, PushProvider } from '../providers/push-provider.ts';
import { Witness } from '../providers/witness.ts';
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
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly ownerReadMaxAgeMs: number,
  ) {}

  /** Never rejects. */
  async execute({ app, sealed }: MessageTrial): Promise<MessageTrialAnswer> {
    try {
      const order = JSON.parse(this.sealer.open(sealed, placeOfTrial(app))) as TrialOrder;
      if (order.send.app !== app || this.clock.now() > order.startBy) return { failed: true };
      const results = await this.#tryAll(order);
      return { sealed: this.sealer.seal(JSON.stringify(results), placeOfTrial(app)) };
    } catch (error) {
      note('messages could not be tried', { app, reason: error instanceof Error ? error.name : 'unknown' });
      return { failed: true };
    }
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
    const renderer = new Renderer(message, send, provider.name);
    const preparation = new MessagePreparation(send, provider.name, renderer, reading);
    const facts = { app: send.app, sendId: send.id, addressed: undefined, isRepeat: () => false };
    const handed = new AddressedMessages(reading.columns, facts, ids.length);
    const results: TrialResult[] = [];
    for (const [place, { installation, ownerEpoch, variables }] of recipients.entries()) {
      const word = preparation.of(place, ownerEpoch, variables ?? undefined);
      if (!('outcome' in word)) handed.add(place, place, word);
      else results.push(unasked(installation, provider.name, word));
    }
    handed.sign(this.receipts);
    const witness = new Witness();
    const request = requestFor(send, renderer.renderings, handed, reading.readAt + this.ownerReadMaxAgeMs);
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
