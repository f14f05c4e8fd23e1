/** Why an event was not handled; what its dead letter says. */
export interface Failure {
  readonly code: string;
  /** For people, at most 500 characters. */
  readonly reason: string;
  /** Trying again cannot help. */
  readonly permanent: boolean;
}

const maxReason = 500;

/** The world's fault, not the event's. Known by its code, so that a wrapped or copied error counts too. */
export function isDependencyFailure(error: unknown): boolean {
  return codeOf(error) === 'dependency_unavailable';
}

export function failureOf(error: unknown): Failure {
  return {
    code: codeOf(error) ?? 'handler_failed',
    reason: bounded(messageOf(error)),
    permanent: typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false,
  };
}

export function bounded(reason: string): string {
  return reason.length > maxReason ? `${reason.slice(0, maxReason - 1)}…` : reason;
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string') return error.message;
  return typeof error === 'string' ? error : 'The handler failed without saying why';
}
