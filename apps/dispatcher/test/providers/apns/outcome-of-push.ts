import { generateKeyPairSync } from 'node:crypto';
import { FixedClock } from '#libs/testing';
import { ApnsProtocol } from '../../../src/providers/apns/apns-protocol.ts';
import { apnsSettings } from '../../../src/providers/apns/settings.ts';
import { CredentialSource } from '../../../src/providers/credential-source.ts';
import { MemorySharedTokens } from '../../../src/providers/memory-shared-tokens.ts';
import type { Outcome } from '../../../src/providers/outcome.ts';
import { ProviderEndpoints } from '../../../src/providers/provider-endpoints.ts';
import { TransportPushProvider } from '../../../src/providers/transport-push-provider.ts';
import { Transport, type RequestBatch, type ResultSink } from '../../../src/transport/transport.ts';
import { aProviderRequest } from '../a-provider-request.ts';
import { anAnswer } from '../an-answer.ts';

const clock = new FixedClock('2026-01-01T00:00:00Z');
const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const fields = { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey };

class OneCredential extends CredentialSource {
  async get() {
    return { id: 'demo:1', simulated: false, bundleIds: ['app.demo'], fields };
  }
}

class NoEndpoints extends ProviderEndpoints {
  async simulated() {
    return undefined;
  }
}

/** Answers each request alike. */
class OneAnswer extends Transport {
  constructor(
    private readonly status: number,
    private readonly reason: string,
  ) {
    super();
  }

  async ready() {
    return { kind: 'ready' } as const;
  }

  load() {
    return { inFlight: 0, peakInFlight: 0, waiting: 0, connections: 0 };
  }

  async send({ size }: RequestBatch, sink: ResultSink): Promise<void> {
    for (let index = 0; index < size; index += 1) sink.answered(index, anAnswer(this.status, JSON.stringify({ reason: this.reason })));
  }

  async close(): Promise<void> {
    // nothing is open
  }
}

/** What a push of a type comes to where Apple says this of it, in both environments. */
export async function outcomeOfPush(pushType: string, status: number, reason: string): Promise<Outcome> {
  const protocol = new ApnsProtocol(apnsSettings.parse({}), new MemorySharedTokens(), clock);
  const provider = new TransportPushProvider(protocol, new OneAnswer(status, reason), new OneCredential(), new NoEndpoints(), clock);
  const overrides = { apns: { aps: { alert: 'Hello' }, headers: { 'apns-push-type': pushType } } };
  const [outcome] = await provider.send(aProviderRequest({ renderings: [{ title: 'Hello', overrides }] }));
  if (!outcome) throw new Error('A message has no outcome');
  return outcome;
}
