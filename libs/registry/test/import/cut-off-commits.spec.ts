import { PushToken } from '#libs/kernel';
import { describeWithEngines } from '#libs/testing/engines';
import type { ImportedLine } from '../../src/import/import-job.ts';
import { Registry, anImportJob, app } from '../../src/opened-registry.contract.ts';
import { openMongoRegistry, type MongoParts } from '../test-mongo-registry.ts';

const job = anImportJob({ mode: 'upsert' });

/** Two devices of a person, one of nobody's, a person alone, and one that is there already and whose person says more. */
const lines: readonly ImportedLine[] = [
  device(1, 'ada', { visits: 1 }), device(2, 'ada', { visits: 2 }), device(3, null), person(4, 'grace'), device(5, 'kim', { plan: 'gold' }),
]; // prettier-ignore

function device(line: number, externalId: string | null, attributes = {}): ImportedLine {
  const fields = { platform: 'ios', provider: 'apns', notificationsEnabled: true } as const;
  const token = new PushToken(line.toString(16).padStart(64, '0'));
  const of = { id: line === 3 ? null : `p${line}`, fields, token, firstSeenAt: null, lastSeenAt: null };
  return {
    line,
    lastLine: line,
    end: line,
    items: [{ ref: String(line), device: of, externalId, user: { attributes } }],
    refused: 0,
    problems: [],
  };
}

function person(line: number, externalId: string): ImportedLine {
  const items = [{ ref: String(line), device: null, externalId, user: { tags: ['x'] } }];
  return { line, lastLine: line, end: line, items, refused: 0, problems: [{ pointer: '/a', message: 'left out', rejected: false }] };
}

type Step = '#users' | '#installations' | 'lines' | 'copies' | 'problems' | 'step';

/** Dies as a process would, before one of the writes of a commit. */
function dying(at: Step): void {
  const models = {
    '#users': ['users', 'bulkWrite'], '#installations': ['installations', 'bulkWrite'], lines: ['token_ledger', 'insertMany'],
    copies: ['installations', 'updateMany'], problems: ['import_problems', 'bulkWrite'], step: ['imports', 'updateOne'],
  } as const; // prettier-ignore
  const [collection, call] = models[at];
  const model = parts?.model(collection) as Record<string, unknown>;
  model[call] = () => {
    Reflect.deleteProperty(model, call); // once: the model's class has the real one
    return Promise.reject(new Error('killed'));
  };
}

let parts: MongoParts | undefined;

describeWithEngines('a commit of lines that is cut off, on MongoDB', ({ MONGODB_URI }) => {
  const open = openMongoRegistry(MONGODB_URI, (inside) => {
    parts = inside;
  });

  it.each<Step>(['#users', '#installations', 'lines', 'copies', 'problems', 'step'])(
    'writes each line exactly once when it is tried again: before %s',
    async (step) => {
      const registry = new Registry(await open());
      const { imports } = registry.opened;
      await registry.start('p5', '5'.padStart(64, '0'), { tags: ['own'] }, { externalId: { value: 'kim', verified: true } });
      await imports.insert(job);
      const run = () => registry.importLines.execute({ job, part: 1, lines, settings: registry.settings, readMs: 0 });

      dying(step);
      await expect(run()).rejects.toThrow('killed');
      const done = await run();
      registry.opened.clock.advance(3_000);
      await parts?.outbox.sweep();

      expect(done.counts).toEqual({ lines: 5, created: 4, updated: 1, existing: 0, rejected: 0, problems: 1 });
      expect(await imports.findById(app, 'i1')).toMatchObject({ step: 1, counts: done.counts });
      for (const id of ['p1', 'p2']) {
        expect(await registry.installation(id)).toMatchObject({ revision: 1, externalId: 'ada', userAttributes: { visits: 2 } });
        expect(await registry.ledgerOf(id)).toEqual(['imported ->ada -']);
      }
      expect(await registry.user('ada')).toMatchObject({ revision: 1, attributes: { visits: 2 } });
      expect(await registry.user('kim')).toMatchObject({ revision: 2, attributes: { plan: 'gold' } });
      expect((await registry.installation('p5')).userAttributes).toEqual({ plan: 'gold' });
      expect(await imports.problems('i1', undefined, 10)).toHaveLength(1);
      const { users } = await registry.opened.users.pageOfAnonymous(null, 100);
      expect(users).toHaveLength(1);
    },
  );
});
