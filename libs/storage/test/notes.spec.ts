import { takeNotes } from '#libs/testing';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from '../src/data-folder.ts';
import { sayWhetherConnected } from '../src/mongo/mongo-log.ts';
import { SqliteStore } from '../src/sqlite-store.ts';

const first = { id: 'things-001', sql: 'CREATE TABLE things (id TEXT)' };
const second = { id: 'things-002', sql: 'ALTER TABLE things ADD COLUMN name TEXT' };

describe('the log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-notes-'));
  let taken: ReturnType<typeof takeNotes>;
  beforeEach(() => {
    taken = takeNotes();
  });
  afterEach(() => {
    taken.end();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('says which migration an older data file was given, and nothing of a new file', () => {
    const file = join(folder, 'old.db');
    const open = (...migrations: (typeof first)[]) => {
      const store = new SqliteStore({ file });
      for (const migration of migrations) store.migrate([migration]); // as every adapter brings its own
      store.close();
    };
    open(first, { id: 'others-001', sql: 'CREATE TABLE others (id TEXT)' });
    expect(taken.notes).toEqual([]);

    open(first, second);

    expect(taken.notes).toEqual([{ event: 'migration applied', migration: 'things-002' }]);
  });

  it('says that a key was made, and where, and not what it is', () => {
    const data = DataFolder.take(join(folder, 'data'));
    data.secret('master.key', () => 'c2VjcmV0');
    data.secret('master.key', () => 'never asked');
    data.release();

    expect(taken.notes).toEqual([{ event: 'key made', file: join(folder, 'data/master.key') }]);
    expect(readFileSync(join(folder, 'data/master.key'), 'utf8')).toBe('c2VjcmV0\n');
  });

  it('says once that MongoDB is away, in words, and that it is back; an end of ours is neither', () => {
    const connection = new EventEmitter();
    const warned: string[] = [];
    const said = sayWhetherConnected(connection, { warn: (text: string) => void warned.push(text) });
    for (const event of ['connected', 'disconnected', 'disconnected', 'connected']) connection.emit(event);
    said.close();
    connection.emit('disconnected');

    expect(warned).toEqual(['MongoDB does not answer: calls are refused and consumers wait until it is back']);
    expect(taken.notes).toEqual([{ event: 'MongoDB back' }]);
  });
});
