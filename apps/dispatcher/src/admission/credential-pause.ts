import { Circuit, type CircuitAnswer } from './circuit.ts';

/** One refusal may be about one address (an installation of another app, say): a pause needs evidence from two (providers.md 0.3). */
const enoughRefusals = 2;

/** A credential that the provider refuses is left alone until it changes; a probe asks again from time to time. */
export class CredentialPause {
  readonly #circuit: Circuit;
  #credentialId: string | null = null;
  #reason: string | null = null;
  #refusals = 0;

  constructor(probeAfterMs: number) {
    this.#circuit = new Circuit(probeAfterMs);
  }

  get since(): number | null {
    return this.#circuit.openSince;
  }

  get probeAt(): number | null {
    return this.#circuit.probeAt;
  }

  /** The provider's own reason. */
  get reason(): string | null {
    return this.#reason;
  }

  peek(credentialId: string, now: number): CircuitAnswer {
    return credentialId === this.#credentialId ? this.#circuit.peek(now) : { kind: 'closed' };
  }

  take(credentialId: string, now: number): CircuitAnswer {
    if (credentialId !== this.#credentialId) this.#lift();
    return this.#circuit.take(now);
  }

  /** Pauses when most answers refuse the credential; any other majority proves it good. */
  observe(credentialId: string, answers: number, refused: number, reason: string | null, now: number): void {
    if (answers === 0) return;
    if (refused * 2 < answers || credentialId !== this.#credentialId) this.#lift();
    if (refused * 2 < answers) return;
    this.#credentialId = credentialId;
    this.#reason = reason;
    this.#refusals += refused;
    if (this.#refusals >= enoughRefusals) this.#circuit.open(now);
  }

  abandonProbe(): void {
    this.#circuit.abandonProbe();
  }

  #lift(): void {
    this.#circuit.close();
    this.#credentialId = null;
    this.#reason = null;
    this.#refusals = 0;
  }
}
