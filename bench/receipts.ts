// Receipts that are shown by themselves, a hundred a call, to the embedded platform: receipts a second and CPU of its process each; then as many of another send
// with `kill -9` twice in between, after which calls without an answer are made again and every message has to be counted once.
// `node dist/bench/receipts.js [receipts]`, 200,000 unless said.
import { deriveKeys } from '#libs/access';
import { ReceiptSigner } from '#libs/kernel';
import { BenchPlatform, type SendRecord } from './support/platform.ts';
import { report } from './support/report.ts';

const receipts = Number(process.argv[2] ?? 200_000);
const perCall = 100;
const callsAtOnce = 16;
const masterKey = Buffer.alloc(32, 1);
const signer = new ReceiptSigner(deriveKeys(masterKey).receipts);
const figures: Record<string, number> = { receipts };

// Behind a proxy that names many addresses: one alone may make 200 calls a second.
const platform = await BenchPlatform.start({ CARILLON_MASTER_KEY: masterKey.toString('base64'), TRUST_PROXY: '1' });
try {
  await platform.registerOne(0);
  const alone = await aSend();
  const before = platform.usage().cpuSeconds;
  const startedAt = performance.now();
  await shown(alone, 0, receipts / perCall);
  figures['a second'] = receipts / ((performance.now() - startedAt) / 1_000);
  figures['CPU of the platform, µs each'] = ((platform.usage().cpuSeconds - before) / receipts) * 1e6;
  figures['peak resident memory, MB'] = platform.usage().peakRssMb;
  await counted(alone);

  const killed = await aSend();
  const third = Math.ceil(receipts / perCall / 3);
  for (let part = 0; part < 3; part += 1) {
    const showing = shown(killed, part * third, Math.min((part + 1) * third, receipts / perCall)).catch(() => undefined);
    if (part < 2) await platform.killed();
    await showing;
  }
  await shown(killed, 0, receipts / perCall);
  await counted(killed);
  report('receipts', figures);
} finally {
  await platform.stop();
}

async function aSend(): Promise<string> {
  const body = { to: { installations: ['phone-0'] }, message: { title: 'Bells' } };
  return (await platform.call<SendRecord>('POST', '/sends', body)).sendId;
}

/** Calls `from` to `to`, some at a time; what one of them shows is the same whenever it is made. Throws where one is not answered. */
async function shown(send: string, from: number, to: number): Promise<void> {
  let next = from;
  const work = async () => {
    while (next < to) {
      const call = next;
      next += 1;
      const ids = Array.from({ length: perCall }, (_, index) => `phone of call ${call}, ${index}`);
      const signed = signer.sign('bench', send, ids);
      const body = ids.map((_, place) => ({ receipt: signed.text(place), kind: 'opened', at: '2026-01-01T12:00:00Z' }));
      await platform.call('POST', '/receipts', body, { 'x-forwarded-for': `203.0.${call % 250}.1` });
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, work));
}

async function counted(send: string): Promise<void> {
  const { receipts: found } = await platform.call<{ receipts: { opened: number } }>('GET', `/sends/${send}`);
  if (found.opened !== receipts) throw new Error(`${found.opened} of ${receipts} messages are counted`);
}
