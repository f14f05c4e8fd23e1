import type { Send, SendReader } from '#libs/sends';
import { SendUnknown } from './batch-errors.ts';

/** Throws SendUnknown. */
export async function sendOf(sends: SendReader, { app, sendId }: { readonly app: string; readonly sendId: string }): Promise<Send> {
  const send = await sends.findById(app, sendId);
  if (!send) throw new SendUnknown(sendId);
  return send;
}
