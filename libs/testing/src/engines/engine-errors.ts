/** A server that tests need cannot be had on this machine. */
export class EngineUnavailable extends Error {
  constructor(engine: string, why: string, options?: ErrorOptions) {
    super(`${engine} cannot be started here: ${why}`, options);
  }
}
