const windowMs = 5_000;
const stepMs = 250;

/** Messages answered per second, over the last five. */
export class RateMeter {
  #sent: { at: number; messages: number }[] = [];

  add(messages: number, now: number): void {
    const last = this.#sent.at(-1);
    if (last && now - last.at < stepMs) last.messages += messages;
    else this.#sent = [...this.#recent(now), { at: now, messages }];
  }

  perSecond(now: number): number {
    return Math.round(this.#recent(now).reduce((sum, { messages }) => sum + messages, 0) / (windowMs / 1000));
  }

  #recent(now: number) {
    return this.#sent.filter(({ at }) => at > now - windowMs);
  }
}
