import { PushError } from '#libs/kernel';

/** The demo's phones live in the simulators, and none answer. */
export class SimulatorsUnreachable extends PushError {
  readonly code = 'simulators_unreachable';
  readonly retryable = false;

  constructor(trouble: string) {
    super(`The demo needs the simulators: ${trouble}; start them, set SIMULATOR to where they are, or CARILLON_DEMO to false`);
  }
}
