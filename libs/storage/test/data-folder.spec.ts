import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolderUnusable } from '../src/data-folder-errors.ts';
import { DataFolder } from '../src/data-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'carillon-folder-'));

afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('the data folder', () => {
  it('is made with all its parents, for its user alone, and keeps its secrets from one process to the next', () => {
    const path = join(root, 'a/b/data');
    const first = DataFolder.take(path);
    const made = first.secret('some.key', () => 'opaque');
    first.release();

    const second = DataFolder.take(path);

    expect(made).toEqual({ text: 'opaque', created: true });
    expect(second.secret('some.key', () => 'another')).toEqual({ text: 'opaque', created: false });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, 'some.key')).mode & 0o777).toBe(0o600);
    second.release();
  });

  it('makes a secret whole or not at all', () => {
    const folder = DataFolder.take(join(root, 'whole'));
    writeFileSync(folder.file('some.key.new'), 'half of a se'); // a process died here

    folder.secret('some.key', () => 'opaque');

    expect(readFileSync(folder.file('some.key'), 'utf8')).toBe('opaque\n');
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.new'))).toEqual([]);
    folder.release();
  });

  it('refuses a file in its place, and a place where nothing can be made, and does not wait for ever', () => {
    const file = join(root, 'file');
    writeFileSync(file, 'mine');

    expect(() => DataFolder.take(file)).toThrow(DataFolderUnusable);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    if (process.platform === 'linux') expect(() => DataFolder.take('/proc/carillon/data')).toThrow(DataFolderUnusable);
  });
});
