// What the programs share with bench/peers/task.ts: the same task, the same words and the same measure. They are plain JavaScript, because some run in a folder
// of their own, beside the library that npm has put there.
import { Buffer } from 'node:buffer';

export const task = JSON.parse(process.env.TASK);
export const topic = 'app.bench';
export const authorization = `bearer ${'e'.repeat(207)}`;

/** As many tokens as there are messages, made before anything is measured, because a sender has them. */
export const tokens = Array.from({ length: task.warmUp + task.messages }, (_, index) =>
  Buffer.from(index.toString(16).padStart(64, '0'), 'latin1').toString('latin1'),
);

export const ids = tokens.map((token) => `00000000-0000-4000-8000-${token.slice(-12)}`);

export const titleOf = (index) => (task.text === 'one' ? 'Hello' : `Hello Kim ${index}`);

export function partsOf(index) {
  const body = 'Your order has left our house and will be with you before the bells ring for dinner; track it in the app.';
  const receipt = task.text === 'one' ? 'AAAAAAAA' : `AAAAAAAAAAAAAAAAAAAAAAAA${index.toString(16).padStart(12, '0')}`;
  return {
    alert: { title: titleOf(index), body },
    ...{ sound: 'default', badge: 1, threadId: 'orders' },
    carillon: { send: '0198c2d0-7f1e-7a3c-b1d2-5b8c2f3a9e10', receipt },
  };
}

export function apnsBody(index) {
  const { alert, sound, badge, threadId, carillon } = partsOf(index);
  return JSON.stringify({ aps: { alert, sound, badge, 'mutable-content': 1, 'thread-id': threadId }, carillon });
}

/** Runs the warm-up and what is measured, and prints what it took. */
export async function measured(send) {
  const { warmUp, messages } = task;
  await send(0, warmUp);
  globalThis.gc(); // what is there before is not what is measured
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await send(warmUp, warmUp + messages);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${JSON.stringify({ cpuMicros: user + system, seconds, peakRssMb: process.resourceUsage().maxRSS / 1_024 })}\n`);
}

/** Sends each message with a call of its own, so many of them at a time. */
export async function someAtOnce(from, to, atOnce, sendOne) {
  let next = from;
  const worker = async () => {
    while (next < to) await sendOne(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
