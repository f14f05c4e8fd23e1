import type { CheckFinding, CheckResult } from '#libs/access';
import type { Outcome } from '../providers/outcome.ts';
import type { Advice, Doctor } from '../providers/provider-plug.ts';
import type { ProbeAnswer } from '../providers/push-provider.ts';

/** Providers allow some minutes. */
const maxClockErrorMs = 120_000;

const anyProvider: Doctor = {
  credentials_unreadable: { message: 'What is stored of it cannot be used.', remedy: 'Set the credential again.' },
};
const unknown: Advice = { message: 'The provider refuses the credential.', remedy: 'Its own documentation explains the word.' };

type Verdict = 'accepted' | 'refused' | 'unclear';

/**
 * What answers say of a credential. A bundle id that is refused everywhere makes it refused; one that works in one environment leaves a warning of the other.
 * Unclear where nothing works and nothing is refused.
 */
export function diagnose(answers: readonly ProbeAnswer[], doctor: Doctor): CheckResult {
  const judged = answers.map((answer) => ({ ...answer, verdict: verdictOf(answer.outcome) }));
  const worksSomewhere = (bundleId: string | undefined) =>
    judged.some((answer) => answer.bundleId === bundleId && answer.verdict === 'accepted');
  const findings = judged.flatMap(({ verdict, bundleId, environment, outcome }): CheckFinding[] => {
    if (verdict === 'accepted' || outcome.kind === 'accepted') return [];
    const isError = verdict === 'refused' && !worksSomewhere(bundleId);
    return [
      {
        level: isError ? 'error' : 'warning',
        reason: outcome.reason,
        ...(verdict === 'refused' ? adviceOn(outcome, doctor) : notAsked),
        ...(bundleId !== undefined && { bundleId }),
        ...(environment !== undefined && { environment }),
      },
    ];
  });
  if (findings.some(({ level }) => level === 'error')) return { verdict: 'refused', findings };
  return { verdict: judged.some(({ verdict }) => verdict === 'accepted') ? 'accepted' : 'unclear', findings };
}

const notAsked: Advice = {
  message: 'The provider could not be asked, or was in no state to say.',
  remedy: 'See that this server reaches it, and check again.',
};

/** A provider that calls the address malformed has looked at the credential before. */
function verdictOf({ kind }: Outcome): Verdict {
  switch (kind) {
    case 'credentials_bad':
    case 'wrong_sender':
      return 'refused';
    case 'accepted':
    case 'token_invalid':
    case 'token_moved':
    case 'payload_bad':
      return 'accepted';
    case 'retry_later':
    case 'throttled':
    case 'provider_down':
    case 'unknown':
      return 'unclear';
  }
}

function adviceOn(outcome: Outcome & { readonly reason: string }, doctor: Doctor): Advice {
  const { message, remedy } = doctor[outcome.reason] ?? anyProvider[outcome.reason] ?? unknown;
  const { detail, clockAheadMs = 0 } = outcome.kind === 'credentials_bad' ? outcome : {};
  const said = detail === undefined ? '' : ` It says: “${detail}”.`;
  if (Math.abs(clockAheadMs) <= maxClockErrorMs) return { message: message + said, remedy };
  const clock = `The clock of this server is ${Math.round(Math.abs(clockAheadMs) / 1_000)} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} the provider’s.`;
  return { message: clock + said, remedy: 'Have the clock set by NTP, then check again.' };
}
