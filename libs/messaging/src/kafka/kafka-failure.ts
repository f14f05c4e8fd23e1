import { DependencyUnavailable } from '#libs/kernel';

/** Brokers cannot be reached, or refuse what they would take at another time. Its message holds no payload. */
export class KafkaFailure extends DependencyUnavailable {
  constructor(options?: ErrorOptions) {
    super('Kafka', options);
  }

  static from(error: unknown): KafkaFailure {
    return error instanceof KafkaFailure ? error : new KafkaFailure({ cause: error });
  }
}

/** What the client says of an error, for a log or a readiness answer. */
export function reasonOf(error: unknown): string {
  const cause = firstOf(error instanceof KafkaFailure ? error.cause : error);
  return cause instanceof Error && cause.message !== '' ? cause.message : 'the brokers do not answer';
}

/** Several errors in one, for several topics, are mostly the same. */
function firstOf(error: unknown): unknown {
  if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) return (error.errors as readonly unknown[])[0] ?? error;
  return error;
}
