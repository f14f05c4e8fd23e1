import { newId } from '#libs/kernel';
import type { Model } from 'mongoose';
import { mongoCollection } from '../mongo/mongo-collection.ts';
import type { MongoStore } from '../mongo/mongo-store.ts';
import { FileKeeper, FileMissing, checkedName } from './file-keeper.ts';

interface FileDocument {
  /** The file's name. */
  readonly _id: string;
  /** Which pieces are the file's; those of others were never finished, or have been replaced. */
  readonly version: string;
  readonly length: number;
}

interface PieceDocument {
  /** `name:version:number`, seven digits. */
  readonly _id: string;
  readonly bytes: Buffer;
}

const filesCollection = mongoCollection<FileDocument>('files', { version: String, length: Number });
const filePiecesCollection = mongoCollection<PieceDocument>('file_pieces', { bytes: Buffer });

export const fileCollections = [filesCollection, filePiecesCollection] as const;

/** Every piece but the last has this length, so that a place in the file is a piece and a place in it. */
const pieceBytes = 1_048_576;

/** Files in pieces of 1 MiB, a document each; the file's own document, written last, says which of them are its. */
export class MongoFileKeeper extends FileKeeper {
  readonly #files: Model<FileDocument>;
  readonly #pieces: Model<PieceDocument>;

  constructor(store: MongoStore) {
    super();
    this.#files = store.model(filesCollection);
    this.#pieces = store.model(filePiecesCollection);
  }

  async write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const version = newId();
    let [length, pieces] = [0, 0];
    for await (const piece of inPieces(bytes)) {
      await this.#pieces.insertMany([{ _id: pieceId(checkedName(name), version, pieces), bytes: piece }], { lean: true });
      length += piece.length;
      pieces += 1;
    }
    const before = await this.#files
      .findOneAndUpdate({ _id: name }, { $set: { version, length } }, { upsert: true, returnDocument: 'before' })
      .lean<FileDocument>();
    if (before) await this.#pieces.deleteMany({ _id: idsFrom(`${name}:${before.version}:`) });
    return length;
  }

  async *read(name: string, from = 0): AsyncIterable<Buffer> {
    const file = await this.#files.findOne({ _id: checkedName(name) }).lean<FileDocument>();
    if (!file) throw new FileMissing(name);
    for (let at = from; at < file.length; at = (Math.floor(at / pieceBytes) + 1) * pieceBytes) {
      const _id = pieceId(name, file.version, Math.floor(at / pieceBytes));
      const piece = await this.#pieces.findOne({ _id }).lean<{ bytes: { buffer: Uint8Array } | Buffer }>();
      if (!piece) throw new FileMissing(name); // replaced or removed meanwhile
      const bytes = Buffer.isBuffer(piece.bytes) ? piece.bytes : Buffer.from(piece.bytes.buffer);
      yield bytes.subarray(at % pieceBytes);
    }
  }

  async removeFolder(folder: string): Promise<void> {
    const within = idsFrom(`${checkedName(folder)}/`);
    await this.#files.deleteMany({ _id: within });
    await this.#pieces.deleteMany({ _id: within });
  }
}

function pieceId(name: string, version: string, number: number): string {
  return `${name}:${version}:${String(number).padStart(7, '0')}`;
}

/** Ids that begin so: a range, which the index of ids serves. */
function idsFrom(beginning: string) {
  return { $gte: beginning, $lt: `${beginning}\uffff` };
}

async function* inPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let gathered: Uint8Array[] = [];
  let length = 0;
  for await (const some of bytes) {
    gathered.push(some);
    length += some.length;
    if (length < pieceBytes) continue;
    const whole = Buffer.concat(gathered);
    let at = 0;
    for (; whole.length - at >= pieceBytes; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
    gathered = [whole.subarray(at)];
    length = whole.length - at;
  }
  if (length > 0) yield Buffer.concat(gathered);
}
