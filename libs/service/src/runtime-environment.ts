import type { Provider } from '@nestjs/common';
import type { OpenedSealing } from '#libs/access';
import type { ProcessKeys } from './process-keys.ts';
import type { Readiness } from './readiness.ts';

/** Where state and events live. */
export type Runtime = 'embedded' | 'distributed';

/** What runs below the services, for people and for `GET /v1/system`. */
export class EngineNames {
  constructor(
    readonly store: string,
    readonly queue: string,
  ) {}
}

/** What a process stands on in one of the two runtimes, opened and ready. */
export interface RuntimeEnvironment {
  /** Stores, log, access and coordination: what every module finds by injection. */
  readonly providers: readonly Provider[];
  readonly keys: ProcessKeys;
  /** The master keys, after the store has shown that they are its own. */
  readonly sealing: OpenedSealing;
  readonly engines: EngineNames;
  readonly readiness: Readiness;
  /** Where the data is, in one line. */
  readonly place: string;
  /** The last thing a process does, when no request and no handler needs the stores any more. */
  close(): Promise<void>;
}
