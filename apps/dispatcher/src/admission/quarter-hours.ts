const quarterMs = 15 * 60_000;
/** Everybody's jobs begin at :00, :15, :30 and :45; two minutes later the crowd has passed (providers.md 2.8). */
const spikeMs = 2 * 60_000;

/** When the rush at the quarter of an hour is over that `now` lies in; `now` itself outside of one. Instants in ms. */
export function endOfSpike(now: number): number {
  const since = now % quarterMs;
  return since < spikeMs ? now - since + spikeMs : now;
}
