import { playVector, vectors } from './vector-player.ts';

describe('the web SDK plays the shared vectors', () => {
  it.each(vectors())('%s', async (_name, vector) => {
    await playVector(vector);
  });
});
