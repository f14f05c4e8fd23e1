/** Thrown by the `abort` tag, caught by the renderer. */
export class Aborted extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}
