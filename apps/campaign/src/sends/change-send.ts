import { againWhenStale } from '#libs/kernel';
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
  return againWhenStale(conflicts, async () => {
    const current = await sends.findById(app, id);
    if (!current) throw new SendNotFound(id);
    const next = await change(current);
    if (!next) return current;
    const send = { ...next.send, revision: current.revision + 1 };
    await sends.save(send, next.events ?? []);
    return send;
  });
}
