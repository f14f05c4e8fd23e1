import { Encrypter } from 'age-encryption';
import { Readable } from 'node:stream';

/** Whether a text names an X25519 recipient of age. */
export function isRecipient(text: string): boolean {
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(text)) return false;
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

/** The bytes as a file of age that its recipient alone opens; as they come, 64 KiB at a time. */
export async function* sealedTo(recipient: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const source = Readable.toWeb(Readable.from(bytes, { objectMode: false })) as ReadableStream<Uint8Array>;
  const sealed = await encrypter.encrypt(source);
  const reader = sealed.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}
