import { StaleRevision } from '#libs/kernel';
import type { DomainEvent } from '#libs/events';
import type { Send } from '#libs/sends';
import { SendNotFound } from './send-errors.ts';
import type { SendRepository } from './send.repository.ts';

const conflicts = 10;

export interface SendChange {
  readonly send: Send;
  readonly events?: readonly DomainEvent[];
}

/**
 * Changes a send whatever else writes it; `change` answers undefined where it is as wanted already. Answers the send as stored.
 * Throws SendNotFound, and StaleRevision after ten conflicts.
 */
export async function changeSend(
  sends: SendRepository,
  app: string,
  id: string,
  change: (send: Send) => Promise<SendChange | undefined>,
): Promise<Send> {
  for (let conflict = 0; ; conflict += 1) {
    const current = await sends.findById(app, id);
    if (!current) throw new SendNotFound(id);
    const next = await change(current);
    if (!next) return current;
    const send = { ...next.send, revision: current.revision + 1 };
    try {
      await sends.save(send, next.events ?? []);
      return send;
    } catch (error) {
      if (!(error instanceof StaleRevision) || conflict >= conflicts) throw error;
    }
  }
}
