import type { MessageSizes, Send } from '#libs/sends';
import type { TargetedRecipient } from '../send/send-targets.ts';
import type { AskForMessages } from './ask-for-messages.ts';
import type { FindSample } from './find-sample.ts';

/** Whoever asks for a dry run waits for it. */
const weighedWithinMs = 5_000;

/** Weighs messages of a sample of a dry run's audience. */
export class WeighSend {
  constructor(
    private readonly samples: FindSample,
    private readonly ask: AskForMessages,
  ) {}

  /** By provider; undefined where no dispatcher is there to build them. Throws DependencyUnavailable. */
  async execute(send: Send, recipients: readonly TargetedRecipient[]): Promise<Readonly<Record<string, MessageSizes>> | undefined> {
    const sample = await this.samples.execute(send, recipients);
    if (sample.length === 0) return undefined;
    const result = await this.ask.preview(send, { shown: [], invented: null, sample }, weighedWithinMs);
    return result && Object.fromEntries(result.sizes.map(({ provider, largestOf: _, ...sizes }) => [provider, sizes]));
  }
}
