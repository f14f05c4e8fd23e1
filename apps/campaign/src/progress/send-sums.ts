import type { PlanSums, ResultSums, Send, SendSums } from '#libs/sends';

type ProviderCounts = SendSums['byProvider'][string];

/** The numbers of a send (correctness, Numbers): targeted = suppressed + accepted + failed + remaining, over all and by provider. */
export function sendSums({ users }: Pick<Send, 'users'>, plan: PlanSums, results: ResultSums): SendSums {
  const suppressedBy = added(plan.suppressedBy, results.suppressedBy);
  const suppressed = total(suppressedBy);
  const { accepted, failed, possibleDuplicates, outcomes } = results;
  const remaining = plan.targeted - suppressed - accepted - failed;
  return {
    counts: { users, targeted: plan.targeted, suppressed, accepted, failed, remaining, possibleDuplicates },
    outcomes,
    suppressedBy,
    byProvider: Object.fromEntries(Object.keys(plan.byProvider).map((provider) => [provider, ofProvider(provider, plan, results)])),
  };
}

function ofProvider(provider: string, plan: PlanSums, results: ResultSums): ProviderCounts {
  const { planned, suppressed: left } = plan.byProvider[provider] ?? { planned: 0, suppressed: 0 };
  const { accepted, failed, suppressed } = results.byProvider[provider] ?? { accepted: 0, failed: 0, suppressed: 0 };
  return { targeted: planned + left, accepted, failed, suppressed: left + suppressed, remaining: planned - accepted - failed - suppressed };
}

function added(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
