import { describeWithEngines } from '#libs/testing/engines';
import { indexesIn, testMongoStores } from '#libs/testing/store';
import { attemptCollections } from '../src/attempt/attempt.mongo.ts';
import { providerStateCollections } from '../src/provider-state/provider-state.mongo.ts';
import { resultCollections } from '../src/result/result.mongo.ts';
import { sendsCollections } from '../src/sends-collections.ts';

/** Every index by collection: its fields in order and whether documents without them stay out. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  sends: [
    'app campaign createdAt _id',
    'app createdAt _id',
    'app state createdAt _id',
    'dueAt, sparse',
    'keptSince, sparse',
    'openSince, sparse',
    'outboxSince, sparse',
  ],
  send_targets: [],
  slices: ['dueAt, sparse', 'sendId slice'],
  pages: ['sendId slice n app after through last plannedAt targeted targetedSoFar sums', 'sendId slice through n'],
  attempts: ['openIn, sparse', 'outboxSince, sparse', 'parkedAt, sparse', 'sweepAt, sparse', 'waitsIn sweepAt, sparse'],
  results: [
    'dueAt, sparse',
    'outboxSince, sparse',
    'pending, sparse',
    'sendId provider settled accepted failed suppressed doubt outcomes suppressedBy confirmedAnswers confirmedInvalid importedAnswers importedInvalid updatedAt',
  ],
  provider_states: ['app at', 'at'],
};

describeWithEngines('the collections of sends', ({ MONGODB_URI }) => {
  const collections = [...sendsCollections, ...attemptCollections, ...resultCollections, ...providerStateCollections];
  const openStore = testMongoStores(MONGODB_URI, collections);

  it('have an index for every query', async () => {
    expect(await indexesIn(await openStore(), collections)).toEqual(wanted);
  });
});
