import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Faults } from '../faults/faults.ts';
import { RECIPES, RECIPE_NAMES } from '../faults/recipes.ts';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import { parseOr400 } from './problem.ts';

const request = z.strictObject({
  recipe: z.enum(RECIPE_NAMES),
  /** All unless said. */
  provider: z.enum(SIMULATED_PROVIDERS).optional(),
  share: z.number().gt(0).max(1).optional(),
  /** After so long everything is well again; until somebody says so unless said. */
  seconds: z.number().min(0.1).max(86_400).optional(),
});

/** `GET` and `POST /simulate`: faults by the names of what happens. A recipe takes the place of the one before it at the same provider. */
export function recipeRoutes(server: FastifyInstance, faults: Faults): void {
  const ends = new Map<SimulatedProvider, NodeJS.Timeout>();
  const heal = (provider: SimulatedProvider) => {
    clearTimeout(ends.get(provider));
    ends.delete(provider);
    faults.put({ provider, behaviour: 'ok' });
  };

  server.get('/simulate', async () => ({
    recipes: RECIPE_NAMES.map((recipe) => ({ recipe, does: RECIPES[recipe].does, share: RECIPES[recipe].share })),
  }));
  server.post('/simulate', async ({ body }) => {
    const asked = parseOr400(request, body);
    const { recipe, provider: only, seconds } = asked;
    const share = asked.share ?? RECIPES[recipe].share;
    const providers = only ? [only] : SIMULATED_PROVIDERS;
    const behaviours = providers.map((provider) => {
      heal(provider);
      const behaviour = RECIPES[recipe].behaviourOf(provider);
      faults.put({ provider, behaviour, share });
      if (seconds !== undefined) ends.set(provider, setTimeout(heal, seconds * 1_000, provider).unref());
      return { provider, behaviour, share };
    });
    return { recipe, faults: behaviours, seconds: seconds ?? null };
  });
  server.addHook('onClose', async () => {
    for (const end of ends.values()) clearTimeout(end);
  });
}
