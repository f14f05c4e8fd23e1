import { newId, type Clock } from '#libs/kernel';
import type { Transport } from '../transport/transport.ts';
import { CredentialRotation } from './credential-rotation.ts';
import { NOW, type CredentialSource, type ProviderCredential } from './credential-source.ts';
import { ACCEPTED_OUTCOME, type Outcome } from './outcome.ts';
import { OutcomeSink, afterOther } from './outcome-sink.ts';
import { ProviderAccounts, UNREADABLE, type Opened } from './provider-accounts.ts';
import type { ProviderEndpoints } from './provider-endpoints.ts';
import { isOutcome, type ProviderAccount, type ProviderProtocol } from './provider-protocol.ts';
import {
  PushProvider,
  copyOf,
  type Admission,
  type ProbeAnswer,
  type ProviderQuota,
  type ProviderLoad,
  type ProviderRequest,
  type Recipient,
} from './push-provider.ts';
import { Witness } from './witness.ts';

/** Whom an account sends as, one after the other. */
const maxSenders = 8;

/** A provider that takes one request a message. */
export class TransportPushProvider<A extends ProviderAccount> extends PushProvider {
  readonly #accounts: ProviderAccounts<A>;

  constructor(
    private readonly protocol: ProviderProtocol<A>,
    transport: Transport,
    credentials: CredentialSource,
    endpoints: ProviderEndpoints,
    clock: Clock,
    /** What an account's requests go over; the transport unless said. */
    private readonly transportOf: (account: A) => Transport = () => transport,
    /** What a credential is checked over; as messages go unless said. */
    private readonly checkedOver: (account: A) => Transport = transportOf,
  ) {
    super();
    this.#accounts = new ProviderAccounts(protocol, credentials, endpoints, new CredentialRotation(clock));
  }

  get name() {
    return this.protocol.name;
  }

  get example() {
    return this.protocol.example;
  }

  async admit(app: string, by: number): Promise<Admission> {
    const opened = await this.#accounts.open(app);
    if ('kind' in opened) return { admitted: false, outcome: opened };
    const outcome = await this.#obstacleTo(opened.account, by);
    const other = outcome?.kind === 'provider_down' ? this.protocol.elsewhere?.(opened.account) : undefined;
    if (!outcome || (other && !(await this.#obstacleTo(other, by)))) return { admitted: true };
    return { admitted: false, outcome };
  }

  /** Undefined where requests would begin at once. */
  async #obstacleTo(account: A, by: number): Promise<Outcome | undefined> {
    for (const destination of account.destinations) {
      const readiness = await this.transportOf(account).ready(destination, by);
      if (readiness.kind === 'unreachable') {
        const { reason, afterMs } = readiness;
        return { kind: 'provider_down', reason, faultOf: 'network', afterMs };
      }
      if (readiness.kind === 'busy') return { kind: 'retry_later', reason: 'busy', faultOf: 'network' };
    }
    return undefined;
  }

  async send(request: ProviderRequest): Promise<Outcome[]> {
    const everyone = [...request.recipients.keys()];
    const opened = await this.#accounts.open(request.app);
    if ('kind' in opened) return everyone.map(() => opened);
    const { account } = opened;
    const outcomes: Outcome[] = everyone.map(() => notSent);
    const { header } = opened.authorization;
    await this.#sendTo(everyone, request, opened, outcomes);
    this.#accounts.heard(opened, outcomes);
    if (outcomes.every((outcome) => outcome.kind === 'accepted')) return outcomes;
    const refused = everyone.filter((position) => isRefreshable(outcomes[position]));
    // The provider looked at the token and at nothing else: the messages may go again (providers.md 9: "refresh once, requeue").
    if (refused.length > 0 && (await this.protocol.renew(account, header))) await this.#sendTo(refused, request, opened, outcomes);
    await this.#elsewhere(everyone, request, opened, outcomes);
    await this.#inOtherEnvironment(everyone, request, opened, outcomes);
    await this.#asOtherSenders(everyone, request, opened, outcomes);
    await this.#againWithNewer(everyone, request, opened, outcomes);
    await this.#withOneBefore(everyone, request, opened, outcomes);
    return outcomes;
  }

  async look(request: ProviderRequest): Promise<Outcome[]> {
    const everyone = [...request.recipients.keys()];
    const opened = await this.#accounts.open(request.app);
    if ('kind' in opened) return everyone.map(() => opened);
    const outcomes: Outcome[] = everyone.map(() => ACCEPTED_OUTCOME);
    const { batches, failed } = this.protocol.build(request, everyone, opened.account, opened.authorization);
    for (const { position, outcome } of failed) outcomes[position] = outcome;
    for (const batch of batches)
      for (const [index, position] of batch.positions.entries()) request.witness?.see(batch, position, index, null);
    return outcomes;
  }

  /** What an address that is down did not take goes to the provider's other one, if it has one. */
  async #elsewhere(everyone: readonly number[], request: ProviderRequest, opened: Opened<A>, outcomes: Outcome[]): Promise<void> {
    const down = everyone.filter((position) => outcomes[position]?.kind === 'provider_down');
    const account = down.length === 0 ? undefined : this.protocol.elsewhere?.(opened.account);
    if (account) await this.#sendTo(down, request, { ...opened, account }, outcomes);
  }

  /** A dead address may live in the provider's other environment: it is asked once, before anybody believes it. */
  async #inOtherEnvironment(everyone: readonly number[], request: ProviderRequest, opened: Opened<A>, outcomes: Outcome[]): Promise<void> {
    const others = new Map<number, Recipient>();
    for (const position of everyone) {
      const [recipient, outcome] = [request.recipients.at(position), outcomes[position]];
      const other = recipient && outcome && this.protocol.otherEnvironment?.(recipient, outcome);
      if (other) others.set(position, other);
    }
    if (others.size === 0) return;
    const recipients = request.recipients.map((recipient, position) => others.get(position) ?? copyOf(recipient));
    const answers: Outcome[] = outcomes.map(() => notSent);
    const witness = request.witness && new Witness();
    await this.#sendTo([...others.keys()], { ...request, recipients, ...(witness && { witness }) }, opened, answers);
    for (const [position, other] of others) {
      const said = afterOther(other, answers[position] ?? notSent);
      if (!said) continue;
      outcomes[position] = said;
      if (witness) request.witness.adopt(position, witness);
    }
  }

  async #asOtherSenders(everyone: readonly number[], request: ProviderRequest, opened: Opened<A>, outcomes: Outcome[]): Promise<void> {
    for (let tries = 0; tries < maxSenders; tries += 1) {
      const again = everyone.filter((position) => {
        const recipient = request.recipients.at(position);
        const isOthers = recipient && outcomes[position]?.kind === 'wrong_sender';
        return isOthers === true && this.protocol.hasOtherSender?.(opened.account, recipient) === true;
      });
      if (again.length === 0) return;
      await this.#sendTo(again, request, opened, outcomes);
    }
  }

  /** What a credential that was replaced meanwhile decided is no last word: the provider processed none of these messages. */
  async #againWithNewer(everyone: readonly number[], request: ProviderRequest, { account }: Opened<A>, outcomes: Outcome[]): Promise<void> {
    const judged = everyone.filter((position) => isAboutCredential(outcomes[position]));
    if (judged.length === 0) return;
    const opened = await this.#accounts.open(request.app, NOW);
    if (!('kind' in opened) && opened.account !== account) await this.#sendTo(judged, request, opened, outcomes);
  }

  /** While a credential is replaced, what the new one is refused goes with the one before. */
  async #withOneBefore(everyone: readonly number[], request: ProviderRequest, opened: Opened<A>, outcomes: Outcome[]): Promise<void> {
    const other = await this.#accounts.after(request.app, opened, outcomes);
    const refused = everyone.filter((position) => outcomes[position]?.kind === 'credentials_bad');
    if (other) await this.#sendTo(refused, request, other, outcomes);
  }

  async probe(credential: ProviderCredential, startBy: number): Promise<readonly ProbeAnswer[]> {
    const account = this.#accounts.of(credential, undefined);
    if (!account) return [{ outcome: UNREADABLE }];
    const authorization = await this.protocol.authorize(account);
    if (isOutcome(authorization)) return [{ outcome: authorization }];
    const addresses = this.protocol.probes?.(account) ?? [];
    if (addresses.length === 0) return [{ outcome: ACCEPTED_OUTCOME }];
    const recipients = addresses.map((address) => ({
      ...address,
      messageId: newId(),
      receipt: '',
      rendering: 0,
      texts: [],
      isRepeat: false,
    }));
    const outcomes: Outcome[] = recipients.map(() => notSent);
    await this.#sendTo(
      [...recipients.keys()],
      { ...probing, startBy, expiresAt: startBy, recipients },
      { credential, account, authorization },
      outcomes,
      this.checkedOver(account),
    );
    return recipients.map(({ bundleId, environment }, at) => ({
      environment,
      ...(bundleId !== null && { bundleId }),
      outcome: outcomes[at] ?? notSent,
    }));
  }

  override quotaOf(credential: ProviderCredential): ProviderQuota | undefined {
    return this.protocol.quotaOf?.(credential);
  }

  load(app: string): ProviderLoad {
    const sum = { inFlight: 0, peakInFlight: 0, waiting: 0, connections: 0 };
    const account = this.#accounts.lastOf(app);
    if (!account) return sum;
    const other = this.protocol.elsewhere?.(account);
    const transport = this.transportOf(account);
    const destinations = [account.destinations, other?.destinations, account.namedByAddresses?.()].flatMap((some) => [...(some ?? [])]);
    for (const { key } of destinations) {
      const { inFlight, peakInFlight, waiting, connections } = transport.load(key);
      sum.inFlight += inFlight;
      sum.peakInFlight += peakInFlight;
      sum.waiting += waiting;
      sum.connections += connections;
    }
    return sum;
  }

  async #sendTo(
    positions: readonly number[],
    request: ProviderRequest,
    { account, authorization }: Opened<A>,
    outcomes: Outcome[],
    over = this.transportOf(account),
  ): Promise<void> {
    const { batches, failed } = this.protocol.build(request, positions, account, authorization);
    for (const { position, outcome } of failed) outcomes[position] = outcome;
    const sent = batches.map((batch) => {
      const isForAll = account.destinations.includes(batch.destination);
      const sink = new OutcomeSink(outcomes, batch.positions, request.recipients, this.protocol, account, isForAll);
      return over.send(batch, request.witness?.watching(batch, batch.positions, sink) ?? sink);
    });
    await Promise.all(sent);
    for (const position of positions) {
      const outcome = outcomes[position];
      if (outcome?.kind !== 'token_invalid' && outcome?.kind !== 'wrong_sender') continue;
      const recipient = request.recipients.at(position);
      // A Live Activity's own token is of the type that was sent.
      if (
        recipient?.addressed === undefined &&
        recipient &&
        this.protocol.isForOtherTokens?.(request.renderings[recipient.rendering] ?? {}) === true
      )
        outcomes[position] = forOtherTokens;
    }
  }
}

/** Stands for a result only if a transport broke its promise to give one. */
const notSent: Outcome = Object.freeze({ kind: 'unknown', reason: 'no_result' });

/** What the provider said of the token is about what was sent, not about the token. */
const forOtherTokens: Outcome = Object.freeze({ kind: 'payload_bad', reason: 'push_type_not_for_token' });

/** What a provider is asked with: to reach nobody. */
const probing: Omit<ProviderRequest, 'recipients' | 'startBy' | 'expiresAt'> = {
  app: '',
  sendId: 'credential-check',
  lane: 'transactional',
  nowOrNever: true,
  priority: 'high',
  collapseId: null,
  validateOnly: true,
  renderings: [{ title: 'Carillon', body: 'Checks a credential' }],
};

/** Another credential could have another answer. */
function isAboutCredential(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'wrong_sender' || outcome?.kind === 'credentials_bad';
}

function isRefreshable(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'credentials_bad' && outcome.refreshable;
}
