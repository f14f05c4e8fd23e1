import { PushError } from '#libs/kernel';

/** A port of the simulator is used by another process. */
export class PortTaken extends PushError {
  readonly code = 'simulator_port_taken';
  readonly retryable = false;

  constructor(setting: string, port: number, options?: ErrorOptions) {
    super(`Port ${port} cannot be listened on; set ${setting} to another one, or to 0 for a free one`, options);
  }
}
