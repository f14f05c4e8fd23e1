import type { ClaimedRequest, IdempotentRequests } from '#libs/api';
import type { Send } from '#libs/sends';
import { createdSendOf, type CreatedSend, type SendRecord } from '../send/send-record.ts';
import type { ShowWarnings } from '../send/show-warnings.ts';
import type { ShowSend } from './show-send.ts';
import type { WaitForEnd } from './wait-for-end.ts';

export interface RequestForSend {
  readonly app: string;
  /** Names the call among those that make sends: a key counts for one of them. */
  readonly route: string;
  /** The idempotency key, where the caller gave one. */
  readonly key: string | undefined;
  readonly body: unknown;
  /** How long the caller waits for the end, ms. */
  readonly waitMs: number;
}

/** What an answer has beside its body. */
export interface ReplyHead {
  header(name: string, value: string): unknown;
  status(code: number): unknown;
}

/** Answers whoever asks for a send: the same however often it is asked with one key, and the end of the send where the caller waits so long. */
export class AnswerNewSend {
  constructor(
    private readonly idempotent: IdempotentRequests,
    private readonly waitForEnd: WaitForEnd,
    private readonly show: ShowSend,
    private readonly warnings: ShowWarnings,
  ) {}

  /** `make` makes the send with that id, or finds the one it made. Throws IdempotencyMismatch. */
  async execute(
    { app, route, key, body, waitMs }: RequestForSend,
    reply: ReplyHead,
    make: (sendId: string) => Promise<Send>,
  ): Promise<CreatedSend | SendRecord> {
    const claim = await this.idempotent.claim({ app, route, key, body });
    if (claim.answer && waitMs === 0) {
      locate(reply, app, claim.seed);
      return claim.answer.body as CreatedSend;
    }
    return this.ofClaim(claim, app, reply, await make(claim.seed), waitMs);
  }

  /** The same for a request that is claimed, whose send has been made. */
  async ofClaim(claim: ClaimedRequest, app: string, reply: ReplyHead, send: Send, waitMs: number): Promise<CreatedSend | SendRecord> {
    locate(reply, app, send.id);
    const created = createdSendOf(send, await this.warnings.of(app, send.message, send.target));
    if (!claim.answer) await claim.settle({ status: 202, body: created });
    const now = await this.waitForEnd.execute(send, waitMs);
    if (waitMs === 0 || now.finishedAt === null) return created;
    reply.status(200);
    return this.show.execute(now);
  }
}

function locate(reply: ReplyHead, app: string, sendId: string): void {
  reply.header('location', `/v1/apps/${encodeURIComponent(app)}/sends/${sendId}`);
}
