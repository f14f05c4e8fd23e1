import { uuid5 } from '#libs/kernel';
import { EVENT_SOURCE, type Client, type Reply } from './client.ts';

/** Whom a send is for: all, or named installations. */
export type Target = { readonly everyone: true } | { readonly installations: readonly string[] };

/** One send that a client asked for, by call or by event, and what it knows of it. Asking again is the same request again. */
export class SendRequest {
  /** When it was first asked for, ms of the client's clock. */
  askedAt: number | undefined;
  sendId: string | undefined;
  #isAcknowledged = false;

  constructor(
    readonly key: string,
    readonly target: Target,
    readonly by: 'call' | 'event',
  ) {}

  get isAcknowledged(): boolean {
    return this.#isAcknowledged;
  }

  async ask(client: Client): Promise<void> {
    this.askedAt ??= performance.now();
    if (this.by === 'call')
      this.#note(await client.call<{ sendId: string }>('POST', '/sends', this.#body, { 'idempotency-key': this.key }));
    else this.#noteEvent(client, await client.event(this.key, this.#body));
  }

  get #body(): object {
    return { to: this.target, message: { title: 'Ding' }, options: { purpose: this.by === 'call' ? 'marketing' : 'transactional' } };
  }

  #note(reply: Reply<{ sendId: string }>): void {
    if (reply.kind !== 'answered') return;
    if (reply.status > 202) throw new Error(`A send was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    const { sendId } = reply.body;
    if (this.sendId !== undefined && this.sendId !== sendId)
      throw new Error(`The key ${this.key} stood for the send ${this.sendId} and stands for ${sendId} now`);
    this.sendId = sendId;
    this.#isAcknowledged = true;
  }

  #noteEvent({ app }: Client, reply: Reply<readonly { readonly status: string }[]>): void {
    if (reply.kind !== 'answered') return;
    const status = reply.body[0]?.status;
    if (reply.status !== 202 || (status !== 'accepted' && status !== 'duplicate'))
      throw new Error(`An event was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    this.sendId = uuid5(app, EVENT_SOURCE, this.key);
    this.#isAcknowledged = true;
  }
}
