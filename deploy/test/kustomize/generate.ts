import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from './kustomization.ts';
import type { Manifest } from './manifest.ts';

/** The ConfigMap or Secret of a generator, without the hash that its name will end with. */
export function generated(kind: 'ConfigMap' | 'Secret', { name, envs = [], literals = [] }: Generator, folder: string): Manifest {
  const lines = [...envs.flatMap((path) => settingsIn(readFileSync(join(folder, path), 'utf8'))), ...literals];
  const data = Object.fromEntries(lines.map((line) => splitOnce(line, '=')));
  if (kind === 'ConfigMap') return { apiVersion: 'v1', kind, metadata: { name }, data };
  const sealed = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return { apiVersion: 'v1', kind, metadata: { name }, type: 'Opaque', data: sealed };
}

/** The end of a generated name: it changes with the content, so that processes start anew when their settings change. */
export function hashOf({ kind, data = {}, type }: Manifest): string {
  const sorted = Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
  const hex = createHash('sha256')
    .update(JSON.stringify({ data: sorted, kind, name: '', ...(type !== undefined && { type }) }).replace(/[<>&]/g, escaped))
    .digest('hex');
  return hex.slice(0, 10).replace(/[013ae]/g, (letter) => spelled[letter] ?? letter);
}

/** Digits and letters that could make words. */
const spelled: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };

/** As Go writes JSON. */
function escaped(letter: string): string {
  return `\\u00${letter.charCodeAt(0).toString(16)}`;
}

function settingsIn(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function splitOnce(line: string, by: string): [string, string] {
  const at = line.indexOf(by);
  return [line.slice(0, at), line.slice(at + by.length)];
}
