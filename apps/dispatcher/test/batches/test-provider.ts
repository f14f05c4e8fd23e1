import { ACCEPTED_OUTCOME, type Outcome } from '../../src/providers/outcome.ts';
import {
  PushProvider,
  type ProbeAnswer,
  type Admission,
  type ProviderLoad,
  type ProviderRequest,
} from '../../src/providers/push-provider.ts';

export type Script = (token: string, request: ProviderRequest) => Outcome;

/** A provider that answers as a test says and remembers every message that it was handed. */
export class TestProvider extends PushProvider {
  readonly name = 'apns';
  readonly requests: ProviderRequest[] = [];
  /** Called before anything is answered. */
  onSend: (request: ProviderRequest) => Promise<void> = () => Promise.resolve();
  script: Script = () => ACCEPTED_OUTCOME;
  admission: Admission = { admitted: true };

  /** Tokens in the order they were handed over. */
  get tokens(): readonly string[] {
    return this.requests.flatMap(({ recipients }) => recipients.map(({ token }) => token.reveal()));
  }

  async admit(): Promise<Admission> {
    return this.admission;
  }

  async send(request: ProviderRequest): Promise<Outcome[]> {
    this.requests.push(request);
    await this.onSend(request);
    return request.recipients.map(({ token }) => this.script(token.reveal(), request));
  }

  load(): ProviderLoad {
    return { inFlight: 0, peakInFlight: 0, waiting: 0, connections: 1 };
  }

  async probe(): Promise<readonly ProbeAnswer[]> {
    return [];
  }
}
