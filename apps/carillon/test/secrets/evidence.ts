import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Secret } from './secret.ts';

/** Where secrets are known to stand: tokens with their installation, and the claim of a move that is going on. */
const homesOfTokens = new Set(['installations.token', 'installations.details']);

/** Everything that a platform wrote or answered, to be searched. */
export class Evidence {
  readonly #pieces: { readonly where: string; readonly text: string }[] = [];

  add(where: string, text: string): void {
    this.#pieces.push({ where, text });
  }

  /** Every value of every table. */
  addDatabase(file: string): void {
    const db = new DatabaseSync(file, { readOnly: true });
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) {
      for (const row of db.prepare(`SELECT * FROM "${String(name)}"`).all()) {
        for (const [column, value] of Object.entries(row)) this.add(`${String(name)}.${column}`, textOf(value));
      }
    }
    db.close();
  }

  get size(): number {
    return this.#pieces.length;
  }

  has(where: string): boolean {
    return this.#pieces.some((piece) => piece.where.startsWith(where));
  }

  /** Where each secret was found; tokens may stand in their homes. */
  findings(secrets: readonly Secret[], tokens: readonly Secret[]): string[] {
    return this.#pieces.flatMap(({ where, text }) =>
      [...secrets, ...(homesOfTokens.has(where) ? [] : tokens)]
        .filter((secret) => secret.in(text) !== undefined)
        .map((secret) => `${secret.name} in ${where}: …${around(text, secret)}…`),
    );
  }
}

/** Files below a folder with their modes in octal. */
export function filesBelow(folder: string): { path: string; mode: string; content: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return [{ path, mode: modeOf(path), content: readFileSync(path).toString('latin1') }];
  });
}

export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

function around(text: string, secret: Secret): string {
  const at = text.indexOf(secret.in(text) ?? '');
  return text.slice(Math.max(0, at - 80), at + 20);
}
