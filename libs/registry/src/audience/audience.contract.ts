import { SLOTS, slotStart } from '#libs/kernel';
import fc from 'fast-check';
import { aUser, anInstallation, app, type OpenRegistry } from '../opened-registry.contract.ts';
import { randomExpression, someExternalIds, someIds, someTags } from './random-expression.contract.ts';
import type { TagExpression } from './tag-expression.ts';
import { tagPredicate } from './tag-predicate.ts';

const subset = fc.subarray([...someTags]);
const randomDevice = fc.record({ tags: subset, userTags: subset, externalId: fc.constantFrom(null, ...someExternalIds) });

/** The compiled query of a backend and the predicate say the same of every installation. */
export function audienceContract(adapter: string, open: OpenRegistry) {
  it(`${adapter} selects with a tag expression exactly what its predicate takes`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(randomDevice, { minLength: 1, maxLength: someIds.length }),
        fc.array(randomExpression, { minLength: 8 }),
        async (devices, expressions) => {
          const { installations } = await open();
          const stored = devices.map(({ tags, userTags, externalId }, n) =>
            anInstallation(someIds[n] ?? '', { owner: aUser(externalId), tags, userTags }),
          );
          for (const installation of stored) await installations.save(installation, [], []);

          for (const expression of expressions) {
            const expected = stored.filter(tagPredicate(expression)).map(({ id }) => id);
            expect(await selected(installations, expression)).toEqual(expected.sort());
          }
        },
      ),
      { numRuns: 40 },
    );
  });
}

async function selected(
  installations: Awaited<ReturnType<OpenRegistry>>['installations'],
  expression: TagExpression,
): Promise<readonly string[]> {
  const audience = { kind: 'tags', expression } as const;
  const range = { after: slotStart(app, 0), through: slotStart(app, SLOTS), firstSeenUntil: null, limit: 1_000, scanLimit: 20_000 };
  const { matches } = await installations.select({ audience, ...range });
  expect(await installations.countSelected(app, audience, null)).toBe(matches.length);
  return matches.map(({ id }) => id).sort();
}
