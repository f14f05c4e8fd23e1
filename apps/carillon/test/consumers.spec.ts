import 'reflect-metadata';
import { services } from '#apps/carillon';
import { EventServer, EventTransport } from '#libs/messaging';
import { modulePartsOf } from '#libs/service';
import type { Type } from '@nestjs/common';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import { Test } from '@nestjs/testing';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '../../..');

/** Nothing arrives: only the registration counts. */
class SilentTransport extends EventTransport {
  async subscribe(): Promise<{ close(): Promise<void> }> {
    return { close: async () => undefined };
  }

  async lag(): Promise<readonly []> {
    return [];
  }

  async sizes(): Promise<readonly []> {
    return [];
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

interface Pattern {
  readonly service: string;
  readonly type: string;
  readonly about?: 'dead_letter';
}

/** What the methods of a class were decorated with. */
function handlersOf({ prototype }: Type): string[] {
  return Object.values(Object.getOwnPropertyDescriptors(prototype as object))
    .flatMap(({ value }) =>
      typeof value === 'function' ? ((Reflect.getMetadata(PATTERN_METADATA, value as object) as Pattern[] | undefined) ?? []) : [],
    )
    .map(({ service, type, about }) => `${service} ${about ?? 'handles'} ${type}`);
}

async function classesIn(file: string): Promise<Type[]> {
  const exported = Object.values((await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>);
  return exported.filter((value): value is Type => typeof value === 'function');
}

/** Starts Nest with these controllers, as a process does, and answers what the strategy was given. */
async function registered(controllers: readonly Type[]): Promise<string[]> {
  const strategy = new EventServer(new SilentTransport());
  const module = await Test.createTestingModule({ controllers: [...controllers] })
    .useMocker(() => ({}))
    .compile();
  const app = module.createNestMicroservice({ strategy, logger: false });
  await app.init();
  const found = strategy.subscriptions.flatMap(({ service, handlers, listeners }) => [
    ...[...handlers.keys()].map((type) => `${service} handles ${type}`),
    ...listeners.map(({ type }) => `${service} dead_letter ${type}`),
  ]);
  await app.close();
  return [...new Set(found)].sort();
}

describe('the consumers of every service', () => {
  it('are all registered when a process starts', async () => {
    const files = globSync('apps/*/src/**/*.consumer.ts', { cwd: root });
    const written = (await Promise.all(files.map(classesIn))).flat();
    const listed = services.flatMap((service) => modulePartsOf(service).controllers).filter((type) => handlersOf(type).length > 0);

    expect(files.length).toBeGreaterThan(0);
    expect(written.filter((type) => handlersOf(type).length === 0)).toEqual([]);
    expect(await registered(listed)).toEqual([...new Set(written.flatMap(handlersOf))].sort());
  });

  it('would be missed among the providers, where Nest never calls them', async () => {
    const [file = ''] = globSync('apps/*/src/**/*.consumer.ts', { cwd: root });
    const [consumer] = await classesIn(file);
    const { controllers, providers } = modulePartsOf({
      settings: services[0]!.settings,
      module: () => ({ module: SilentTransport, providers: [consumer!] }),
    });

    expect(providers).toEqual([consumer]);
    expect(await registered(controllers)).toEqual([]);
  });
});
