import { FixedClock } from '#libs/testing';
import { BaiduProtocol } from '../../../src/providers/baidu/baidu-protocol.ts';
import { baiduSettings } from '../../../src/providers/baidu/settings.ts';
import { baiduSign } from '../../../src/providers/baidu/sign.ts';
import { CredentialSource, type ProviderCredential } from '../../../src/providers/credential-source.ts';
import { ProviderEndpoints } from '../../../src/providers/provider-endpoints.ts';
import { TransportPushProvider } from '../../../src/providers/transport-push-provider.ts';
import {
  Transport,
  type Answer,
  type Readiness,
  type RequestBatch,
  type ResultSink,
  type UnansweredKind,
} from '../../../src/transport/transport.ts';
import { aMoment, aProviderRequest, aRecipient, bodyAt } from '../a-provider-request.ts';
import { anAnswer } from '../an-answer.ts';

const fields = { apiKey: 'anApiKey1', secretKey: 'aSecretKey1' };
const taken = anAnswer(200, '{"request_id":1,"response_params":{"msg_id":"1","send_time":1}}');
const tokens = ['3923859573096872165', '3923859573096872166'];

class OneCredential extends CredentialSource {
  get(): Promise<ProviderCredential> {
    return Promise.resolve({ id: 'shop:1', simulated: false, bundleIds: ['app.shop'], fields });
  }
}

class NoSimulators extends ProviderEndpoints {
  simulated(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

interface Asked {
  readonly host: string;
  readonly form: Record<string, string>;
}

/** Answers at once what a test says, or says why not. */
class ScriptedTransport extends Transport {
  readonly asked: Asked[] = [];
  readonly unreachable = new Set<string>();
  script: (asked: Asked) => Answer | UnansweredKind = () => taken;

  send(batch: RequestBatch, sink: ResultSink): Promise<void> {
    for (let index = 0; index < batch.size; index += 1) {
      const asked = { host: batch.destination.host, form: Object.fromEntries(new URLSearchParams(bodyAt(batch, index))) };
      this.asked.push(asked);
      const answer = this.unreachable.has(asked.host) ? 'unreachable' : this.script(asked);
      if (typeof answer === 'string') sink.unanswered(index, answer, 'connect_failed');
      else sink.answered(index, answer);
    }
    return Promise.resolve();
  }

  ready({ host }: { readonly host: string }): Promise<Readiness> {
    const isDown = this.unreachable.has(host);
    return Promise.resolve(isDown ? { kind: 'unreachable', reason: 'connect_failed', afterMs: 1_000 } : { kind: 'ready' });
  }

  load() {
    return { inFlight: 0, peakInFlight: 0, waiting: 0, connections: 1 };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('Baidu over a transport', () => {
  let clock: FixedClock;
  let transport: ScriptedTransport;
  let baidu: TransportPushProvider<never>;
  const request = aProviderRequest({ recipients: tokens.map((token) => aRecipient({ token, platform: 'android' })) });
  const [first, second] = ['api.tuisong.baidu.com', 'api.push.baidu.com'];

  beforeEach(() => {
    clock = new FixedClock(aMoment);
    transport = new ScriptedTransport();
    const protocol = new BaiduProtocol(baiduSettings.parse({}), clock);
    baidu = new TransportPushProvider(protocol, transport, new OneCredential(), new NoSimulators(), clock) as never;
  });

  const signedFor = ({ host, form: { sign: _, ...parameters } }: Asked) =>
    baiduSign('POST', `https://${host}/rest/3.0/push/single_device`, parameters, fields.secretKey);

  it('asks the first host, one device a request, each signed for it', async () => {
    expect(await baidu.send(request)).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);

    expect(transport.asked.map(({ host, form }) => [host, form['channel_id']])).toEqual(tokens.map((token) => [first, token]));
    for (const asked of transport.asked) expect(asked.form['sign']).toBe(signedFor(asked));
  });

  it.each([
    ['cannot be reached', 'unreachable' as const],
    ['answers with a page', anAnswer(502, '<html>')],
  ])('asks the other host, signed anew, what the first one did not take because it %s', async (_, answer) => {
    transport.script = ({ host, form }) => (host === first && form['channel_id'] === tokens[1] ? answer : taken);

    expect(await baidu.send(request)).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);

    expect(transport.asked.map(({ host, form }) => [host, form['channel_id']])).toEqual([
      [first, tokens[0]],
      [first, tokens[1]],
      [second, tokens[1]],
    ]);
    for (const asked of transport.asked) expect(asked.form['sign']).toBe(signedFor(asked));
  });

  it('does not ask the other host what may have been taken, or was refused', async () => {
    transport.script = ({ form }) => (form['channel_id'] === tokens[0] ? 'unknown' : anAnswer(404, '{"error_code":30608}'));

    expect(await baidu.send(request)).toMatchObject([{ kind: 'unknown' }, { kind: 'token_invalid' }]);
    expect(transport.asked).toHaveLength(2);
  });

  it('is down where both hosts are, and admits while one of them is there', async () => {
    transport.unreachable.add(first);
    expect(await baidu.admit('shop', clock.now())).toEqual({ admitted: true });
    expect(await baidu.send(request)).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);

    transport.unreachable.add(second);
    expect(await baidu.admit('shop', clock.now())).toMatchObject({ admitted: false, outcome: { kind: 'provider_down' } });
    expect(await baidu.send(request)).toMatchObject([{ kind: 'provider_down' }, { kind: 'provider_down' }]);
  });

  const expired = (date: number) => anAnswer(408, '{"error_code":30606}', { date: new Date(date).toUTCString() });

  it('signs once more with Baidu’s time where Baidu calls the timestamp expired, and goes on with that', async () => {
    const ahead = 3_600_000;
    transport.script = ({ form }) =>
      Math.abs(Number(form['timestamp']) * 1_000 - (clock.now() + ahead)) > 600_000 ? expired(clock.now() + ahead) : taken;

    expect(await baidu.send(request)).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(transport.asked).toHaveLength(4);
    for (const asked of transport.asked) expect(asked.form['sign']).toBe(signedFor(asked));
    clock.advance(60_000);
    expect(await baidu.send(request)).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(transport.asked).toHaveLength(6);
  });

  it('does so for each of two sends that meet the refusal at a time', async () => {
    const ahead = 3_600_000;
    transport.script = ({ form }) =>
      Math.abs(Number(form['timestamp']) * 1_000 - (clock.now() + ahead)) > 600_000 ? expired(clock.now() + ahead) : taken;

    const both = await Promise.all([baidu.send(request), baidu.send(request)]);

    expect(both.flat()).toEqual(Array.from({ length: 4 }, () => ({ kind: 'accepted' })));
  });

  const asCredential = { id: 'check:1', simulated: false, bundleIds: ['app.shop'], fields };

  it.each([
    ['30602', 'payload_bad'],
    ['30608', 'token_invalid'],
    ['30603', 'credentials_bad'],
  ])('asks about a credential with a channel id that is nobody’s, and hears %s', async (code, kind) => {
    transport.script = () => anAnswer(400, `{"error_code":${code}}`);

    expect(await baidu.probe(asCredential, clock.now() + 1_000)).toMatchObject([{ outcome: { kind, reason: code } }]);
    expect(transport.asked).toMatchObject([{ form: { channel_id: '1000000000' } }]);
  });

  it('hears how far the clock is ahead', async () => {
    transport.script = () => expired(clock.now() - 3_600_000);

    expect(await baidu.probe(asCredential, clock.now() + 1_000)).toMatchObject([{ outcome: { reason: '30606', clockAheadMs: 3_600_000 } }]);
  });

  it('signs once, not for ever, where that does not help', async () => {
    transport.script = () => expired(clock.now() + 3_600_000);

    expect(await baidu.send(request)).toMatchObject([{ kind: 'credentials_bad', reason: '30606' }, { kind: 'credentials_bad' }]);
    expect(transport.asked).toHaveLength(4);
  });

  it.each([
    ['says no time', anAnswer(408, '{"error_code":30606}')],
    ['says our own', expired(aMoment + 1_000)],
  ])('does not sign again where the answer %s', async (_, answer) => {
    transport.script = () => answer;

    expect(await baidu.send(request)).toMatchObject([{ kind: 'credentials_bad' }, { kind: 'credentials_bad' }]);
    expect(transport.asked).toHaveLength(2);
  });
});
