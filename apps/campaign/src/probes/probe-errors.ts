import { PushError } from '#libs/kernel';

/** Two at a time would ask after the same devices twice. */
export class UninstallProbeRunning extends PushError {
  readonly code = 'uninstall_probe_running';
  readonly retryable = false;

  constructor(readonly sendId: string) {
    super(`The silent probe ${sendId} of the app is not over`);
  }
}
