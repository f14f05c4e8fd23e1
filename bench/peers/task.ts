/** What a client of `bench/peers` is told, as JSON in its environment (`TASK`). */
export interface Task {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority behind the sink's certificate. */
  readonly ca: string;
  /** PEM, ES256: an APNs key of the benchmark's own; the sink takes any. */
  readonly key: string;
  /** Sent before what is measured. */
  readonly warmUp: number;
  readonly messages: number;
  /** `one`: one text for all. `each`: every message has words of its own. */
  readonly text: 'one' | 'each';
}

/** What a client prints, as one line of JSON. */
export interface Told {
  /** Of the client's process, for all messages that are measured, µs. */
  readonly cpuMicros: number;
  readonly seconds: number;
  readonly peakRssMb: number;
}

export const topic = 'app.bench';

/** As many tokens of 64 hexadecimal digits, no two of them equal; made before anything is measured, because a sender has them. */
export function tokensOf({ warmUp, messages }: Task): readonly string[] {
  return Array.from({ length: warmUp + messages }, (_, index) =>
    Buffer.from(index.toString(16).padStart(64, '0'), 'latin1').toString('latin1'),
  );
}

/** A body of about 320 bytes, as a push of a shop or a game is. */
export const bodyOf = (greeting: string, receipt: string): string =>
  `{"aps":{"alert":{"title":${JSON.stringify(greeting)},"body":"Your order has left our house and will be with you before the bells ring for dinner; track it in the app."},"sound":"default","badge":1,"mutable-content":1,"thread-id":"orders"},"carillon":{"send":"0198c2d0-7f1e-7a3c-b1d2-5b8c2f3a9e10","receipt":"${receipt}"}}`;

/** Runs the warm-up and what is measured, and prints what it took. */
export async function measured({ warmUp, messages }: Task, send: (from: number, to: number) => Promise<void>): Promise<void> {
  await send(0, warmUp);
  globalThis.gc?.(); // what is there before is not what is measured
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await send(warmUp, warmUp + messages);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const told: Told = { cpuMicros: user + system, seconds, peakRssMb: process.resourceUsage().maxRSS / 1_024 };
  console.log(JSON.stringify(told));
}
