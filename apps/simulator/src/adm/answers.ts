import type { Behaviour } from '../faults/behaviour.ts';

/** An error of ADM. */
export interface AdmError {
  readonly status: number;
  /** `reason` of the body; absent where ADM has none. */
  readonly reason?: string;
  /** Retry-After in seconds. */
  readonly retryAfterSeconds?: number;
  /** Retry-After as a date, so many seconds from now. */
  readonly retryAtSeconds?: number;
}

const named: Readonly<Record<string, AdmError>> = {
  Unregistered: { status: 400, reason: 'Unregistered' },
  InvalidRegistrationId: { status: 400, reason: 'InvalidRegistrationId' },
  InvalidData: { status: 400, reason: 'InvalidData' },
  InvalidConsolidationKey: { status: 400, reason: 'InvalidConsolidationKey' },
  InvalidExpiration: { status: 400, reason: 'InvalidExpiration' },
  InvalidChecksum: { status: 400, reason: 'InvalidChecksum' },
  InvalidType: { status: 400, reason: 'InvalidType' },
  AccessTokenExpired: { status: 401, reason: 'AccessTokenExpired' },
  MessageTooLarge: { status: 413, reason: 'MessageTooLarge' },
  MaxRateExceeded: { status: 429, reason: 'MaxRateExceeded', retryAfterSeconds: 1 },
  '500': { status: 500 },
  '503': { status: 503, retryAtSeconds: 1 },
};

/** The names that `answer:NAME` may give for ADM. */
export const ADM_ANSWERS = Object.keys(named);

export function admError(name: string): AdmError {
  return named[name] ?? { status: 500 };
}

/** What ADM says to a registration with this fault; undefined when it takes the message. */
export function errorOf(behaviour: Behaviour): AdmError | undefined {
  switch (behaviour.kind) {
    case 'invalid':
    case 'invalid_since':
      return admError('Unregistered');
    case 'wrong_sender':
      return admError('InvalidRegistrationId');
    case 'throttled':
      return { ...admError('MaxRateExceeded'), retryAfterSeconds: behaviour.afterSeconds };
    case 'unavailable':
      return { status: 503, retryAtSeconds: behaviour.afterSeconds };
    case 'goaway':
    case 'goaway_error':
      return admError('503');
    case 'answer':
      return admError(behaviour.name);
    case 'ok':
    case 'slow':
    case 'moved':
    case 'reset':
    case 'reset_after_body':
      return undefined;
  }
}
