import type { Send } from '#libs/sends';
import { compileMessage, type CompiledMessage } from '#libs/templates';

const kept = 200;

/** The message of a send, parsed once; a send's message never changes. The latest used are kept. */
export class CompiledMessages {
  readonly #bySend = new Map<string, CompiledMessage>();

  of(send: Send): CompiledMessage {
    const compiled = this.#bySend.get(send.id) ?? compileMessage(send.message);
    this.#bySend.delete(send.id);
    this.#bySend.set(send.id, compiled);
    const oldest = this.#bySend.size > kept ? this.#bySend.keys().next().value : undefined;
    if (oldest !== undefined) this.#bySend.delete(oldest);
    return compiled;
  }
}
