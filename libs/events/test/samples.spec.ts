import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contracts } from '../src/contracts.ts';
import type { EventEnvelope } from '../src/define-event.ts';

const folder = join(import.meta.dirname, '../samples');

interface Sample {
  readonly file: string;
  readonly text: string;
  readonly event: EventEnvelope & { readonly specversion: string };
}

const samples: readonly Sample[] = readdirSync(folder)
  .flatMap((type) => readdirSync(join(folder, type)).map((name) => join(type, name)))
  .map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return { file, text, event: JSON.parse(text) as Sample['event'] };
  });

/** What would give away an address, a key or a password; none of them belongs into an event. */
const secrets: readonly RegExp[] = [
  /\bcr_(admin|server|sdk)_/, // API keys of ours
  /-----BEGIN/, // private keys and certificates
  /\beyJ[\w-]+\./, // JSON Web Tokens
  /\bBearer\b/i,
  /"(token|pushToken|password|secret|installationSecret|authorization|privateKey|p256dh|auth)"/i, // fields that would hold one
  /\b[0-9a-f]{64,}\b/i, // APNs tokens
  /[\w-]{8,}:[\w-]{60,}/, // FCM tokens
  /https:\/\/[^"]*(push|wns|notify)[^"]*/i, // endpoints of Web Push and WNS
];

describe('the samples of events', () => {
  it('are there for every contract, and for nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual(contracts.map(({ type }) => type).sort());
    expect(contracts.filter(({ type }) => !samples.some(({ event }) => event.type === type))).toEqual([]);
  });

  it.each(samples.map((sample) => [sample.file, sample] as const))('parse for ever: %s', (file, { event }) => {
    const contract = contracts.find(({ type }) => type === event.type);
    const parsed = contract?.data.safeParse(event.data);

    expect(file.startsWith(`${event.type}/`)).toBe(true);
    expect(parsed?.error?.issues ?? []).toEqual([]);
    expect(parsed?.data).toEqual(event.data); // a field that the contract does not name would be lost on the way
  });

  it.each(samples.map((sample) => [sample.file, sample] as const))('are CloudEvents 1.0 with a place on a topic: %s', (_, { event }) => {
    const contract = contracts.find(({ type }) => type === event.type);
    const data = contract?.data.parse(event.data);

    expect(event).toMatchObject({
      specversion: '1.0',
      id: expect.stringMatching(/./) as string,
      source: expect.stringMatching(/./) as string,
    });
    expect(new Date(event.time).getTime()).not.toBeNaN();
    expect(contract?.topics).toContain(contract?.topic?.(data) ?? contract?.topics[0]);
    expect(contract?.key(data)).not.toContain('undefined');
  });

  it.each(samples.map((sample) => [sample.file, sample] as const))('hold nothing secret: %s', (_, { text }) => {
    expect(secrets.filter((secret) => secret.test(text))).toEqual([]);
  });
});

describe('the contracts of events', () => {
  it('are named <noun>.<what happened>.v<n>, each once', () => {
    const types = contracts.map(({ type }) => type);

    for (const type of types) expect(type).toMatch(/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*\.v[1-9]\d*$/);
    expect(new Set(types).size).toBe(types.length);
  });

  it('use topics named push.<noun>', () => {
    for (const topic of contracts.flatMap(({ topics }) => topics)) expect(topic).toMatch(/^push(\.[a-z]+)+$/);
  });
});
