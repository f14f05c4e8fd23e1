import kafkajs from 'kafkajs';
import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { unpackLz4 } from './lz4-frame.ts';
import { recordsInPlaceOf } from './records-in-place.ts';
import { unpackSnappy } from './snappy-blocks.ts';
import { MOST_UNPACKED } from './unpacking.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs; // Node sees no named export of them
const bounds = { maxOutputLength: MOST_UNPACKED };
const packed = { gzip: promisify(gzip), zstd: promisify(zstdCompress) };
const unpacked = { gzip: promisify(gunzip), zstd: promisify(zstdDecompress) };

/**
 * Teaches kafkajs, which knows gzip alone, what the producers of other languages use; it ends a consumer for good over a batch that it cannot unpack.
 * We pack with gzip. What cannot be unpacked all the same is read as records that say so, and become dead letters.
 */
export function teachCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = codec((bytes) => unpacked.gzip(bytes, bounds), packed.gzip);
  CompressionCodecs[CompressionTypes.Snappy] = codec(async (bytes) => unpackSnappy(bytes));
  CompressionCodecs[CompressionTypes.LZ4] = codec(async (bytes) => unpackLz4(bytes));
  CompressionCodecs[CompressionTypes.ZSTD] = codec((bytes) => unpacked.zstd(bytes, bounds), packed.zstd);
}

type Translation = (bytes: Buffer) => Promise<Buffer>;

/** As kafkajs calls it; it declares none. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

function codec(unpack: Translation, pack: Translation = refuse): () => Codec {
  return () => ({
    compress: ({ buffer }) => pack(buffer),
    decompress: async (bytes) => {
      try {
        return await unpack(bytes);
      } catch {
        return recordsInPlaceOf('Its batch could not be unpacked');
      }
    },
  });
}

async function refuse(): Promise<never> {
  throw new Error('Nothing is packed with this codec');
}
