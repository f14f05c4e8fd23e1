import type { ExportedSpan } from '../../apps/carillon/test/trace/read-spans.ts';

interface Row {
  readonly span: ExportedSpan;
  readonly depth: number;
}

const rowHeight = 26;
const top = 74;
const nameWidth = 330;
const chartWidth = 560;
const factsWidth = 540;
const ticks = 5;

const colours: Readonly<Record<ExportedSpan['kind'], string>> = {
  server: '#2563eb',
  consumer: '#7c3aed',
  client: '#ea580c',
  producer: '#7c3aed',
  internal: '#64748b',
  unspecified: '#64748b',
};

const legend = [
  ['server', 'HTTP call'],
  ['consumer', 'event from a topic'],
  ['internal', 'work inside'],
  ['client', 'requests to a provider'],
] as const;

/** What is worth reading beside a bar; ids and what the name says already are left out. */
const shownFacts = [
  'http.response.status_code',
  'messaging.consumer.group.name',
  'carillon.messages',
  'carillon.targeted',
  'carillon.batches',
  'carillon.requests',
  'carillon.streams.peak',
  'carillon.findings',
  'carillon.purged',
  'carillon.settled',
];

/** A trace as an SVG: a row for each span below its cause, with what it tells. */
export function waterfall(spans: readonly ExportedSpan[]): string {
  const rows = rowsOf(spans, null, 0);
  const startedAt = min(spans.map((span) => span.startedAt));
  const lengthMs = Math.max(...spans.map((span) => ms(span.endedAt - startedAt)), 1);
  const x = (at: bigint): number => nameWidth + (ms(at - startedAt) / lengthMs) * chartWidth;
  const height = top + rows.length * rowHeight + 16;
  const width = nameWidth + chartWidth + factsWidth;
  const [root] = spans;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>The trace of one send, ${spans.length} spans, ${lengthMs.toFixed(1)} ms</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="26" font-size="15" font-weight="600" fill="#0f172a">One send, one trace: ${spans.length} spans in ${lengthMs.toFixed(1)} ms</text>`,
    `<text x="16" y="46" fill="#475569">trace ${root?.traceId ?? ''}</text>`,
    ...legend.map(([kind, text], at) => legendOf(kind, text, nameWidth + at * 150)),
    ...Array.from({ length: ticks + 1 }, (_, at) => tick(at, lengthMs, height)),
    ...rows.map((row, at) => rowOf(row, top + at * rowHeight, x)),
    '</svg>\n',
  ].join('\n');
}

function rowsOf(spans: readonly ExportedSpan[], parentId: string | null, depth: number): Row[] {
  const children = spans.filter((span) => span.parentId === parentId).sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  return children.flatMap((span) => [{ span, depth }, ...rowsOf(spans, span.spanId, depth + 1)]);
}

function rowOf({ span, depth }: Row, y: number, x: (at: bigint) => number): string {
  const [from, to] = [x(span.startedAt), x(span.endedAt)];
  const middle = y + rowHeight / 2 + 4;
  return [
    `<text x="${16 + depth * 14}" y="${middle}" fill="#0f172a">${escaped(span.name)}</text>`,
    `<rect x="${from.toFixed(1)}" y="${y + 5}" width="${Math.max(to - from, 2).toFixed(1)}" height="${rowHeight - 10}" rx="2" fill="${span.failed ? '#dc2626' : colours[span.kind]}"/>`,
    `<text x="${nameWidth + chartWidth + 14}" y="${middle}" fill="#475569" font-size="11">${escaped(factsOf(span))}</text>`,
  ].join('\n');
}

function factsOf({ startedAt, endedAt, facts }: ExportedSpan): string {
  const told = Object.entries(facts)
    .filter(([name]) => shownFacts.includes(name) || /^carillon\.(outcomes|answers)\./.test(name))
    .map(([name, value]) =>
      name === 'messaging.consumer.group.name' ? String(value) : `${name.replace(/^carillon\.|^http\.response\./, '')} ${value}`,
    );
  return [`${ms(endedAt - startedAt).toFixed(1)} ms`, ...told].join(' · ');
}

function tick(at: number, lengthMs: number, height: number): string {
  const x = nameWidth + (at / ticks) * chartWidth;
  return [
    `<line x1="${x}" y1="${top - 4}" x2="${x}" y2="${height - 12}" stroke="#e2e8f0"/>`,
    `<text x="${x}" y="${top - 8}" text-anchor="middle" fill="#64748b" font-size="11">${((lengthMs * at) / ticks).toFixed(1)} ms</text>`,
  ].join('\n');
}

function legendOf(kind: ExportedSpan['kind'], text: string, x: number): string {
  return `<rect x="${x}" y="30" width="12" height="12" rx="2" fill="${colours[kind]}"/><text x="${x + 17}" y="40" fill="#475569">${text}</text>`;
}

function ms(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1_000_000;
}

function min(values: readonly bigint[]): bigint {
  return values.reduce((least, value) => (value < least ? value : least), values[0] ?? 0n);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
