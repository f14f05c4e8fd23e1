import { DependencyUnavailable, newId } from '#libs/kernel';
import { FolderFileKeeper } from '#libs/storage';
import { AwsClient } from 'aws4fetch';
import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilePlace } from './file-place.ts';

const deadlineMs = 600_000;

export interface S3Bucket {
  /** `https://s3.eu-central-1.amazonaws.com`; the bucket is the first part of the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** What all names begin with; may be empty. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A bucket of S3, or of what speaks its protocol. A file is made on this machine first: its length and hash are part of the request, and memory holds neither. */
export class S3Place extends FilePlace {
  readonly kind = 's3';
  readonly #client: AwsClient;
  readonly #base: string;

  constructor({ endpoint, region, bucket, prefix, ...keys }: S3Bucket) {
    super();
    this.#client = new AwsClient({ ...keys, region, service: 's3', retries: 0 });
    this.#base = [endpoint.replace(/\/+$/, ''), bucket, ...prefix.split('/').filter((part) => part !== '')].join('/');
  }

  async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const part = `carillon-${newId()}`;
    const sha256 = createHash('sha256');
    const hashed = async function* () {
      for await (const some of bytes) {
        sha256.update(some);
        yield some;
      }
    };
    try {
      const length = await new FolderFileKeeper(tmpdir()).write(part, hashed());
      await this.#upload(name, join(tmpdir(), part), sha256.digest('hex'));
      return length;
    } finally {
      await rm(join(tmpdir(), part), { force: true });
    }
  }

  async #upload(name: string, path: string, sha256: string): Promise<void> {
    const headers = { 'content-type': 'application/gzip', 'x-amz-content-sha256': sha256 };
    const signed = await this.#client.sign(`${this.#base}/${name}`, { method: 'PUT', headers });
    let status: number;
    try {
      const options = { method: 'PUT', headers: signed.headers, body: await openAsBlob(path), redirect: 'error' } as const;
      const answer = await fetch(signed.url, { ...options, signal: AbortSignal.timeout(deadlineMs) });
      await answer.body?.cancel();
      ({ status } = answer);
    } catch (error) {
      throw new DependencyUnavailable('the bucket of hourly files', { cause: error });
    }
    if (status !== 200) throw new DependencyUnavailable('the bucket of hourly files', { cause: new Error(`It answered ${status}`) });
  }
}
