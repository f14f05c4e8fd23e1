import { isoTime, quietUntil, type ProviderName } from '#libs/kernel';
import { filterOf, firstFalseIn, type Installation } from '#libs/registry';
import type { Send, Suppression, TrialResult } from '#libs/sends';
import { storedRecipient, suppressionIn } from '../planning/suppression-in.ts';

/** In the order in which a message meets them. */
export const SEND_RULES = [
  'audience', 'max_recipients', 'subscription', 'reachability', 'permission', 'mute', 'provider', 'validation', 'quiet_hours', 'frequency_cap', 'halt', 'message',
] as const; // prettier-ignore
export type SendRule = (typeof SEND_RULES)[number];

/** `holds`: it would go later; `not_asked`: what comes before is in the way. */
export type Verdict = 'passes' | 'fails' | 'holds' | 'not_asked';

export interface RuleVerdict {
  readonly rule: SendRule;
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly detail: string | null;
}

type Found = Omit<RuleVerdict, 'rule'>;
type Findings = ReadonlyMap<SendRule, Found>;

const passes: Found = { verdict: 'passes', reason: null, detail: null };
const notAsked: Found = { verdict: 'not_asked', reason: null, detail: null };

/** Every rule with its verdict, `found` where one has something to say; `isTried`: the message was looked at. */
export function verdictsOf(found: Findings, isTried: boolean): readonly RuleVerdict[] {
  return SEND_RULES.map((rule) => ({ rule, ...(found.get(rule) ?? (isTried || !ofTrials.has(rule) ? passes : notAsked)) }));
}

/** Found out by whoever talks to providers. */
const ofTrials: ReadonlySet<SendRule> = new Set(['halt', 'message']);

const ruleOf: Readonly<Partial<Record<Suppression, SendRule>>> = {
  unsubscribed: 'subscription',
  no_token: 'reachability',
  no_activity_token: 'reachability',
  not_foreground: 'permission',
  channel_muted: 'mute',
  provider_unavailable: 'provider',
  validation_unavailable: 'validation',
};

type Facts = Parameters<typeof suppressionIn>[1];

/** The same facts as they would have to be for a suppression not to apply. */
const mended: Readonly<Partial<Record<Suppression, Partial<Facts> & { readonly provider?: ProviderName }>>> = {
  unsubscribed: { subscription: 'opted_in' },
  no_token: { hasToken: true },
  not_foreground: { notificationsEnabled: true },
  channel_muted: { isMuted: false },
  provider_unavailable: { provider: 'fcm' },
};

/** What planning would say of an installation, every rule of it: after one has spoken, planning is asked again as if it had not. */
export function plannedFindings(send: Send, installation: Installation, at: number): Map<SendRule, Found> {
  const found = new Map<SendRule, Found>();
  let facts: Facts = storedRecipient(send, installation);
  for (let reason = suppressionIn(send, facts); reason !== null; reason = suppressionIn(send, facts)) {
    found.set(ruleOf[reason] ?? 'reachability', { verdict: 'fails', reason, detail: null });
    const change = mended[reason];
    if (!change) break;
    facts = { ...facts, ...change };
  }
  if (send.stateReason === 'audience_too_large')
    found.set('max_recipients', { verdict: 'fails', reason: 'audience_too_large', detail: `The audience has ${send.recipients}` });
  const { quietHours } = send;
  const until = quietHours ? quietUntil(quietHours, installation.timeZone ?? 'UTC', at) : null;
  if (until !== null)
    found.set(
      'quiet_hours',
      quietHours?.then === 'drop'
        ? { verdict: 'fails', reason: 'quiet_hours', detail: null }
        : { verdict: 'holds', reason: 'until_quiet_hours_end', detail: `Until ${isoTime(until)}` },
    );
  return found;
}

/** Why the audience does not have the installation; undefined where it has. `isNamed`: an explicit target names it. */
export function audienceFinding(send: Send, installation: Installation, isNamed: boolean): Found | undefined {
  const { audience } = send;
  if (audience.kind === 'shared') return { verdict: 'fails', reason: 'shared_address', detail: null };
  if (audience.kind === 'explicit' || audience.kind === 'accepted')
    return isNamed ? undefined : { verdict: 'fails', reason: 'not_addressed', detail: null };
  const filter = filterOf(audience);
  const wrong = filter && firstFalseIn(filter, installation);
  if (!wrong) return undefined;
  const detail = `The filter asks for ${JSON.stringify(wrong.leaf)}, and there is ${JSON.stringify(wrong.actual)}`;
  return { verdict: 'fails', reason: `filter ${wrong.pointer || '/'}`, detail };
}

/** What a dispatcher says of a message that it has built and not sent. */
export function triedFinding({ outcome, reason }: TrialResult): { readonly rule: SendRule; readonly found: Found } {
  const said: Found = { verdict: 'fails', reason: reason ?? outcome, detail: null };
  if (reason === 'held' || reason === 'provider_paused') return { rule: 'halt', found: { ...said, verdict: 'holds' } };
  if (reason === 'provider_unavailable' || outcome === 'credentials_bad' || outcome === 'provider_down')
    return { rule: 'provider', found: said };
  if (outcome === 'token_invalid' || outcome === 'wrong_sender') return { rule: 'reachability', found: said };
  return { rule: 'message', found: outcome === 'accepted' ? passes : said };
}
