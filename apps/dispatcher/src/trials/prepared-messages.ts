import type { ReceiptSigner, Turns } from '#libs/kernel';
import type { Send, TrialRecipient } from '#libs/sends';
import type { Word } from '#libs/sends/attempt/writing';
import type { CompiledMessage } from '#libs/templates';
import { AddressedMessages } from '../batches/addressed-messages.ts';
import { MessagePreparation } from '../batches/prepare-message.ts';
import type { Recipients } from '../batches/recipients.ts';
import { Renderer } from '../batches/renderer.ts';
import { requestFor } from '../batches/send-round.ts';
import type { ProviderRequest, PushProvider } from '../providers/push-provider.ts';

/** A message, rendered for some installations as sending renders it. */
export interface PreparedMessages {
  /** Whose messages can be built; their positions are places among the recipients. */
  readonly handed: AddressedMessages;
  /** Why the others get none, by their places. */
  readonly words: ReadonlyMap<number, Word>;
  readonly request: ProviderRequest;
}

/** Renders for recipients as they were read, in their order; `turns`: gives way to others in between. */
export async function prepareMessages(
  {
    send,
    provider,
    message,
    reading,
    startBy,
  }: {
    readonly send: Send;
    readonly provider: PushProvider;
    readonly message: CompiledMessage;
    readonly reading: Recipients;
    /** ms */
    readonly startBy: number;
  },
  recipients: readonly TrialRecipient[],
  receipts: ReceiptSigner,
  turns: Turns,
): Promise<PreparedMessages> {
  const renderer = new Renderer(message, send, provider.name);
  const preparation = new MessagePreparation(send, provider.name, renderer, reading);
  const facts = { app: send.app, sendId: send.id, addressed: undefined, isRepeat: () => false };
  const handed = new AddressedMessages(reading.columns, facts, recipients.length);
  const words = new Map<number, Word>();
  for (const [place, { ownerEpoch, variables }] of recipients.entries()) {
    if (turns.isOver) await turns.next();
    const word = preparation.of(place, ownerEpoch, variables ?? undefined);
    if ('outcome' in word) words.set(place, word);
    else handed.add(place, place, word);
  }
  handed.sign(receipts);
  return { handed, words, request: requestFor(send, renderer.renderings, handed, startBy) };
}
