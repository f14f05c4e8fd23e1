import { Readiness } from '../src/readiness.ts';

describe('readiness', () => {
  it('is degraded, and names what is down, while everything vital is up', async () => {
    const readiness = new Readiness();
    readiness.add({ name: 'database', vital: true, check: () => undefined });
    readiness.add({ name: 'simulators', vital: false, check: () => Promise.reject(new Error('no answer')) });

    expect(await readiness.report()).toEqual({
      status: 'degraded',
      dependencies: { database: { up: true }, simulators: { up: false, reason: 'no answer' } },
    });
  });

  it('is down without its database, and says when it drains', async () => {
    const readiness = new Readiness();
    readiness.add({ name: 'database', vital: true, check: () => 'disk full' });

    expect(await readiness.report()).toMatchObject({ status: 'down' });

    readiness.drain();
    expect(await readiness.report()).toMatchObject({ status: 'draining' });
  });
});
