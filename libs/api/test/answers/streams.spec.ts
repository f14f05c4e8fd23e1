import { startHttp, type TestHttp } from '#libs/testing/http';
import { until } from '#libs/testing';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Public } from '../../src/keys/allow.ts';
import { EventStreams } from '../../src/answers/event-streams.ts';
import { ndjson } from '../../src/answers/ndjson.ts';

const told = { rows: 0, isClosed: false };

async function* rows(count: number) {
  try {
    for (let n = 0; n < count; n += 1) {
      told.rows = n;
      yield { n, filling: 'x'.repeat(1_000) };
    }
  } finally {
    told.isClosed = true;
  }
}

@Controller('v1')
@Public()
class StreamsController {
  constructor(private readonly streams: EventStreams) {}

  @Get('rows/:count')
  rows(@Param('count') count: string) {
    return ndjson(rows(Number(count)));
  }

  @Get(['events', 'apps/:app/events'])
  async events(@Res() reply: FastifyReply): Promise<void> {
    await this.streams.answer(reply, async function* (signal) {
      yield { event: 'hello', id: '1', data: { n: 1 } };
      if (!signal.aborted) await once(signal, 'abort');
    });
  }
}

let http: TestHttp;
let port: number;

beforeEach(async () => {
  Object.assign(told, { rows: 0, isClosed: false });
  http = await startHttp({ controllers: [StreamsController] });
  await http.app.listen(0, '127.0.0.1');
  port = (http.app.getHttpServer().address() as AddressInfo).port;
});

afterEach(() => http.close());

async function open(path: string): Promise<IncomingMessage> {
  const [answer] = (await once(get({ host: '127.0.0.1', port, path, agent: false }), 'response')) as [IncomingMessage];
  return answer;
}

describe('NDJSON', () => {
  it('has a line for each row', async () => {
    const answer = await http.call('GET', '/v1/rows/100');

    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-ndjson' } });
    expect(
      answer.text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { n: number }).n),
    ).toEqual([...Array(100).keys()]);
  });

  it('is read no faster than the client takes it, and closed when the client goes', async () => {
    const answer = await open('/v1/rows/1000000');
    await once(answer, 'readable');

    answer.destroy();
    await until(() => told.isClosed);

    expect(told.rows).toBeLessThan(100_000);
  });
});

describe('live streams', () => {
  it('answer HEAD at once', async () => {
    expect(await http.call('HEAD', '/v1/events')).toMatchObject({ status: 200, text: '' });
  });

  it('of one app leave room for the others, and the greediest gives up its oldest', async () => {
    const ended: string[] = [];
    const hold = async (app: string) => {
      const answer = await open(`/v1/apps/${app}/events`);
      answer.resume().once('end', () => ended.push(app));
      return answer;
    };
    const status = async (app: string) => {
      const answer = await hold(app);
      answer.destroy();
      return answer.statusCode;
    };

    for (const app of ['a', 'b', 'c', 'd', 'e']) await http.keys.app(app);
    for (const app of ['a', 'b', 'c', 'd']) for (let n = 0; n < 64; n += 1) expect((await hold(app)).statusCode).toBe(200);
    const refused = await http.call('GET', '/v1/apps/a/events');
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '10' }, body: { code: 'too_many_streams' } });
    expect((refused.body as { detail: string }).detail).toContain('64 live streams');

    expect((await hold('e')).statusCode).toBe(200);
    await until(() => ended.length > 0);
    expect(ended).toEqual(['a']);
    expect(await status('a')).toBe(429);
  });

  it('end when the process stops', async () => {
    const answer = await open('/v1/events');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-trace-id': expect.any(String) as unknown,
    });
    answer.setEncoding('utf8');
    const [first] = (await once(answer, 'data')) as [string];

    http.app.get(EventStreams).beforeApplicationShutdown();
    answer.resume();
    await once(answer, 'end');

    expect(first).toBe('event: hello\nid: 1\ndata: {"n":1}\n\n');
  });
});
