import type { PushError } from '#libs/kernel';
import type { FactoryProvider } from '@nestjs/common';

/** The HTTP status of each code of a set of errors; `StatusesOf<AppNotFound | AppDeleted>` makes the compiler ask for every one. */
export type StatusesOf<E extends PushError> = Readonly<Record<E['code'], number>>;

/** Every code that an answer of this process can carry, with its HTTP status; what docs/errors.md is compared with. */
export class ErrorStatuses {
  readonly #byCode = new Map<string, number>();

  /** Throws when a code is known with another status: one code, one meaning. */
  register(statuses: Readonly<Record<string, number>>): this {
    for (const [code, status] of Object.entries(statuses)) {
      const known = this.#byCode.get(code);
      if (known !== undefined && known !== status) throw new Error(`The error code ${code} has the statuses ${known} and ${status}`);
      this.#byCode.set(code, status);
    }
    return this;
  }

  /** Undefined for a code that no service registered: a fault of ours, answered as 500. */
  statusOf(code: string): number | undefined {
    return this.#byCode.get(code);
  }

  all(): ReadonlyMap<string, number> {
    return this.#byCode;
  }
}

/** A provider that makes a service's error codes known: `providers: [knownErrors(registrationErrors), …]`. */
export function knownErrors(statuses: Readonly<Record<string, number>>): FactoryProvider<ErrorStatuses> {
  return { provide: Symbol('known errors'), useFactory: (known: ErrorStatuses) => known.register(statuses), inject: [ErrorStatuses] };
}
