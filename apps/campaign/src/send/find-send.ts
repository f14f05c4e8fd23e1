import type { Send } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import { SendNotFound } from './send-errors.ts';

/** Throws SendNotFound. */
export class FindSend {
  constructor(private readonly sends: SendRepository) {}

  async execute(app: string, id: string): Promise<Send> {
    const send = await this.sends.findById(app, id);
    if (!send) throw new SendNotFound(id);
    return send;
  }
}
