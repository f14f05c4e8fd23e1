// `npm run hello`: a personalised push to all 10,000 demo installations, and what became of it.
import { optionsOf } from './options.ts';

const help = `
npm run hello: a personalised push to all 10,000 demo installations, and what became of it.
It calls CARILLON_URL, or 127.0.0.1 at PORT (8080), with CARILLON_KEY (cr_server_demo).`;
optionsOf(help, {});
const url = process.env['CARILLON_URL'] ?? `http://127.0.0.1:${process.env['PORT'] ?? '8080'}`;
const key = process.env['CARILLON_KEY'] ?? 'cr_server_demo';
const deadlineMs = 120_000;
const endings = ['done', 'stopped', 'failed', 'no_target'];

interface SendRecord {
  readonly sendId: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number | null>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly suppressedBy: Readonly<Record<string, number>>;
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${url}/v1/apps/demo${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(deadlineMs),
  });
  const answer = (await response.json()) as T & { detail?: string };
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${answer.detail ?? ''}`);
  return answer;
}

async function hello(): Promise<void> {
  const startedAt = performance.now();
  const { sendId } = await call<SendRecord>('POST', '/sends', {
    to: { everyone: true },
    message: {
      title: 'Hi {{ user.attributes.firstName | default: "there" }}',
      body: 'The bells are ringing.',
      localized: { fr: { title: 'Bonjour {{ user.attributes.firstName }}', body: 'Les cloches sonnent.' } },
    },
  });
  for (;;) {
    const send = await call<SendRecord>('GET', `/sends/${sendId}`);
    process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${send.state.padEnd(9)} ${summary(send)}\n`);
    if (endings.includes(send.state)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function summary({ counts, outcomes, suppressedBy }: SendRecord): string {
  const parts = { ...counts, ...outcomes, ...suppressedBy };
  return Object.entries(parts)
    .filter(([, count]) => count)
    .map(([name, count]) => `${name} ${count ?? 0}`)
    .join(', ');
}

try {
  await hello();
} catch (error) {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  process.stderr.write(
    `hello: ${cause?.code === 'ECONNREFUSED' ? `nothing answers at ${url}: run npm start in another terminal` : message}\n`,
  );
  process.exit(1);
}
