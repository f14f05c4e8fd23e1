import { inspect } from 'node:util';

const shown = '[push token]';

/** The provider's address of one installation. Whoever holds it can ring the device, so it never prints itself. */
export class PushToken {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The token itself; called by provider and storage adapters only. */
  reveal(): string {
    return this.#value;
  }

  toJSON(): string {
    return shown;
  }

  toString(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
