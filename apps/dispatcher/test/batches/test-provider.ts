import { PushToken } from '#libs/kernel';
import { ACCEPTED_OUTCOME, type Outcome } from '../../src/providers/outcome.ts';
import {
  PushProvider,
  copyOf,
  type ProbeAnswer,
  type Admission,
  type ProviderLoad,
  type ProviderRequest,
  type Recipient,
} from '../../src/providers/push-provider.ts';

export type Script = (token: string, request: ProviderRequest) => Outcome;

/** A provider that answers as a test says and remembers every message that it was handed. */
export class TestProvider extends PushProvider {
  readonly name = 'apns';
  readonly example = { token: new PushToken('00'), platform: 'ios', environment: 'production', bundleId: null } as const;
  readonly requests: (ProviderRequest & { readonly recipients: readonly Recipient[] })[] = [];
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
    const kept = { ...request, recipients: request.recipients.map(copyOf) };
    this.requests.push(kept);
    await this.onSend(kept);
    return kept.recipients.map(({ token }) => this.script(token.reveal(), kept));
  }

  load(): ProviderLoad {
    return { inFlight: 0, peakInFlight: 0, waiting: 0, connections: 1 };
  }

  async look({ recipients }: ProviderRequest): Promise<Outcome[]> {
    return [...recipients.keys()].map(() => ({ kind: 'accepted' }));
  }

  async probe(): Promise<readonly ProbeAnswer[]> {
    return [];
  }
}
