import type { Send } from '#libs/sends';
import { SendNotFound } from './send-errors.ts';
import type { SendRepository } from './send.repository.ts';

/** Throws SendNotFound. */
export class FindSend {
  constructor(private readonly sends: SendRepository) {}

  async execute(app: string, id: string): Promise<Send> {
    const send = await this.sends.findById(app, id);
    if (!send) throw new SendNotFound(id);
    return send;
  }
}
