import type { MessageTrial, MessageTrialAnswer } from '#libs/access';
import { BUILT_PROVIDERS, Turns, type Clock, type ProviderName, type ReceiptSigner } from '#libs/kernel';
import { RecipientColumns } from '#libs/registry';
import type { PreviewOrder, PreviewResult, Send, ShownPreview, TrialRecipient } from '#libs/sends';
import { compileMessage, type CompiledMessage } from '#libs/templates';
import type { Channels } from '../batches/channels.ts';
import { outcomeCodeOf } from '../batches/outcomes.ts';
import { nobodysInstallation, type RecipientReader, type Recipients } from '../batches/recipients.ts';
import type { ProviderErrand } from '../providers/provider-plug.ts';
import type { PushProvider } from '../providers/push-provider.ts';
import { Witness } from '../providers/witness.ts';
import { prepareMessages } from './prepared-messages.ts';
import { SampleTally, type Looked } from './sample-tally.ts';
import type { SealedOrders } from './sealed-orders.ts';
import { shownExchange } from './shown-exchange.ts';

const lookedAtOnce = 50;
/** Only looked at: nothing of it goes out in time or late. */
const never = Number.MAX_SAFE_INTEGER;

/** Builds messages of a send that is stored nowhere as they would go out, weighs them, and sends none: what each provider would get, and what of a sample would fail. */
export class PreviewMessages implements ProviderErrand<'message_preview'> {
  readonly kind = 'message_preview';

  constructor(
    private readonly channels: Channels,
    private readonly recipients: RecipientReader,
    private readonly receipts: ReceiptSigner,
    private readonly orders: SealedOrders,
    private readonly clock: Clock,
  ) {}

  /** Never rejects. */
  execute(asked: MessageTrial): Promise<MessageTrialAnswer> {
    return this.orders.carryOut(asked, (order: PreviewOrder) => this.#preview(order));
  }

  async #preview({ send, shown, invented, sample }: PreviewOrder): Promise<PreviewResult> {
    const message = compileMessage(send.message);
    const tally = new SampleTally();
    const previews: ShownPreview[] = [];
    for (const [provider, theirs] of Map.groupBy(shown, (one) => one.provider))
      for await (const one of this.#look(provider, send, message, theirs)) previews.push(shownOf(one));
    for (const provider of invented ? BUILT_PROVIDERS : []) {
      const one = await this.#invented(provider, send, message, invented?.locale ?? null);
      if (one) previews.push({ ...shownOf(one), installation: null });
    }
    for (const [provider, theirs] of Map.groupBy(sample, (one) => one.provider))
      for await (const one of this.#look(provider, send, message, theirs)) tally.add(one);
    return { shown: previews, ...tally.result() };
  }

  /** Some at a time, and others' work in between. */
  async *#look(name: ProviderName, send: Send, message: CompiledMessage, all: readonly TrialRecipient[]): AsyncGenerator<Looked> {
    const channel = await this.channels.find(send.app, name, send.createdAt);
    if (!channel) {
      for (const { installation } of all) yield unbuilt(installation, name, { outcome: 'skipped', reason: 'provider_unavailable' });
      return;
    }
    for (let from = 0; from < all.length; from += lookedAtOnce) {
      const some = all.slice(from, from + lookedAtOnce);
      const ids = some.map(({ installation }) => installation);
      const reading = await this.recipients.read(send, { ids, allOf: undefined }, this.clock.now(), message);
      yield* await this.#lookAt(channel.provider, send, message, reading, some);
    }
  }

  /** As the provider would get it for a device that nobody has; undefined where the app does not send through it. */
  async #invented(name: ProviderName, send: Send, message: CompiledMessage, locale: string | null): Promise<Looked | undefined> {
    const channel = await this.channels.find(send.app, name, send.createdAt);
    if (!channel) return undefined;
    const installation = nobodysInstallation({ ...channel.provider.example, id: 'preview', provider: name, locale });
    const columns = RecipientColumns.of([installation.id], [installation]);
    const reading = { readAt: this.clock.now(), columns, wholes: new Map() };
    const recipient = { installation: installation.id, provider: name, ownerEpoch: installation.ownerEpoch, variables: null };
    return (await this.#lookAt(channel.provider, send, message, reading, [recipient]))[0];
  }

  async #lookAt(provider: PushProvider, send: Send, message: CompiledMessage, reading: Recipients, some: readonly TrialRecipient[]) {
    const turns = new Turns(this.clock, send.app);
    const { handed, words, request } = await prepareMessages(
      { send, provider, message, reading, startBy: never },
      some,
      this.receipts,
      turns,
    );
    const looked = Array.from(words, ([place, word]) => unbuilt(some[place]?.installation ?? '', provider.name, word));
    const witness = new Witness();
    const outcomes = handed.length > 0 ? await provider.look({ ...request, witness }) : [];
    for (const [index, place] of handed.positions.entries()) {
      const outcome = outcomes[index];
      if (!outcome) continue;
      const { token } = handed.at(index) ?? {};
      const { request: built } = shownExchange(
        witness.exchange(index),
        token ? [token] : [],
        handed.holder(index).fingerprint || 'preview',
      );
      looked.push({
        installation: some[place]?.installation ?? '',
        provider: provider.name,
        outcome: outcomeCodeOf(outcome),
        reason: outcome.reason ?? null,
        payload: built?.body ?? null,
        weight: witness.weight(index),
      });
    }
    return looked;
  }
}

function unbuilt(installation: string, provider: ProviderName, { outcome, reason }: Pick<Looked, 'outcome' | 'reason'>): Looked {
  return { installation, provider, outcome, reason, payload: null, weight: undefined };
}

function shownOf({ weight, ...looked }: Looked): ShownPreview {
  return { ...looked, bytes: weight?.bytes ?? null, limit: weight?.limit ?? null };
}
