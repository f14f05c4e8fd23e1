import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const secret = 'secret-of-the-bucket';
export const bucketKeys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret, region: 'eu-west-3', bucket: 'facts' };

/** Speaks as much of S3 as takes a PUT whose signature (version 4), hash and length are right; everything else it refuses as S3 would. */
export class S3Bucket {
  readonly objects = new Map<string, Buffer>();
  /** What it answers instead, once each. */
  readonly faults: number[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts);
        const status = this.faults.shift() ?? statusOf(request, body);
        if (status === 200) this.objects.set(request.url ?? '', body);
        response.writeHead(status).end();
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html, step by step. */
function statusOf({ method = '', url = '', headers }: IncomingMessage, body: Buffer): number {
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, key, date = '', region = '', names = '', signature] = authorization.exec(headers.authorization ?? '') ?? [];
  const sha256 = createHash('sha256').update(body).digest('hex');
  const at = String(headers['x-amz-date']);
  if (key !== bucketKeys.accessKeyId || region !== bucketKeys.region || !at.startsWith(date)) return 403;
  if (headers['x-amz-content-sha256'] !== sha256 || Number(headers['content-length']) !== body.length) return 400;
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => names.split(';').includes(name))) return 403;
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, url, '', signed.join(''), names, sha256].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', at, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const signer = [date, region, 's3', 'aws4_request'].reduce<Buffer>((by, part) => hmac(by, part), Buffer.from(`AWS4${secret}`));
  return hmac(signer, text).toString('hex') === signature ? 200 : 403;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
