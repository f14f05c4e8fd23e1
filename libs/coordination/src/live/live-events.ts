/** What one listener hears of a channel. It keeps one bit: any number of hints since the last look at it is one. For one reader. */
export interface Hints {
  /** True as soon as something was told since the last answer; false when nothing was for `withinMs`, and at once after the signal. Never throws. */
  next(withinMs: number): Promise<boolean>;
}

/**
 * Hints that something has changed, from whoever changed it to whoever shows it. They say nothing but that, and may be late or lost: nothing may rest
 * on them, and who listens also looks by itself now and then.
 */
export abstract class LiveEvents {
  /** Whoever listens to the channel hears it soon, if that can be; often told within a moment, it is heard once. Returns at once and never throws. */
  abstract tell(channel: string): void;
  /** Hears a channel until the signal. The first hint comes as soon as it is heard, and another whenever it is again: what was told before is to be looked for. */
  abstract listen(channel: string, signal: AbortSignal): Hints;
}
