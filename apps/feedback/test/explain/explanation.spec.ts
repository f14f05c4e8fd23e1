import { type Attempt, IndexSet, type Page, type PageEntry, noResult } from '#libs/sends';
import { explainMessage, type MessageRecord } from '../../src/explain/explanation.ts';

const batch = { id: 'send:0:000000:0', provider: 'apns', lane: 'bulk', size: 2, dueAt: 0 } as const;
const entry: PageEntry = { installationId: 'phone', ownerEpoch: 0, batch: 0, suppressedBy: null };
const page: Page = {
  id: 'send:0:000000',
  app: 'demo',
  sendId: 'send',
  slice: 0,
  n: 0,
  after: '',
  through: 'demo:g',
  last: true,
  entries: [entry],
  batches: [batch],
  plannedAt: 100,
};

function anAttempt(facts: Partial<Attempt>): Attempt {
  return {
    id: `${batch.id}:1`,
    batchId: batch.id,
    app: 'demo',
    sendId: 'send',
    provider: 'apns',
    lane: 'bulk',
    depth: 1,
    state: 'done',
    epoch: 1,
    revision: 2,
    owner: 'worker',
    leaseUntil: 0,
    mask: IndexSet.upTo(2),
    intended: IndexSet.empty(),
    results: [],
    doubt: IndexSet.empty(),
    doubtAgain: 0,
    retry: [],
    tokens: [],
    createdAt: 150,
    updatedAt: 200,
    parkedFor: null,
    dueAt: null,
    ...facts,
  } as Attempt;
}

function record(facts: Partial<MessageRecord> = {}): MessageRecord {
  return { page, entry, batch, index: 0, result: undefined, attempts: [], ledger: [], receipts: [], ...facts };
}

describe('the story of a message', () => {
  it('ends at planning for whom a rule left out', () => {
    const left: PageEntry = { ...entry, batch: null, suppressedBy: 'unsubscribed' };

    expect(explainMessage(record({ entry: left, batch: undefined, index: -1 }))).toMatchObject({
      outcome: 'skipped',
      reason: 'unsubscribed',
      steps: [{ at: 100, step: 'suppressed' }],
    });
  });

  it('names the frequency cap that left somebody out, and when it would let the next one through', () => {
    const left: PageEntry = { ...entry, batch: null, suppressedBy: 'frequency_cap', cap: { index: 1, until: 86_400_000 } };
    const caps = [
      { label: '*', max: 9, per: 'P1D', by: 'installation' },
      { label: 'promo', max: 3, per: 'P7D', by: 'user' },
    ] as const;

    const { reason, steps } = explainMessage(record({ entry: left, batch: undefined, index: -1, caps }));

    expect(reason).toBe('frequency_cap');
    expect(steps[0]?.detail).toContain('The cap is 3 labelled “promo” in P7D for each user; the next may go at 1970-01-02T00:00:00.000Z.');
  });

  it('goes on with what the device said', () => {
    const receipts = [
      { kind: 'received', action: null, at: 300, takenAt: 300 } as const,
      { kind: 'opened', action: null, at: 900, takenAt: 900 } as const,
    ];

    const { outcome, steps } = explainMessage(record({ receipts }));

    expect(outcome).toBe('pending');
    expect(steps.slice(-2)).toMatchObject([
      { at: 300, step: 'receipt received' },
      { at: 900, step: 'receipt opened' },
    ]);
  });

  it('says why somebody was left out in a sentence, without the numbers of pages', () => {
    const left: PageEntry = { ...entry, batch: null, suppressedBy: 'not_foreground' };

    const { reason, steps } = explainMessage(record({ entry: left, batch: undefined }));

    expect(reason).toBe('not_foreground');
    expect(steps.map(({ detail }) => detail)).toEqual([
      'left out at planning: The installation may not show notifications, and the message is not silent.',
    ]);
  });

  it('is open until a provider has spoken', () => {
    expect(explainMessage(record())).toMatchObject({ outcome: 'pending', reason: 'not_tried_yet' });
  });

  it.each(['held', 'provider_paused', 'paused', 'provider_down', 'credentials_refused'])('says that it waits: %s', (parkedFor) => {
    const parked = anAttempt({ state: 'parked', parkedFor });

    expect(explainMessage(record({ attempts: [parked] }))).toMatchObject({ outcome: 'pending', reason: parkedFor });
  });

  it('keeps to what a message had before the rest of its batch was parked', () => {
    const word = { outcome: 'accepted', reason: null, messages: IndexSet.of([0]) } as const;
    const result = { ...noResult(batch, 'demo'), results: [word], final: IndexSet.of([0]) };
    const parked = anAttempt({ state: 'parked', parkedFor: 'held', results: [word] });

    expect(explainMessage(record({ attempts: [parked], result }))).toMatchObject({ outcome: 'accepted', reason: null });
  });

  it('tells every attempt, doubt and retry in order', () => {
    const first = anAttempt({
      results: [{ outcome: 'retry_later', reason: 'timeout', messages: IndexSet.of([0]) }],
      doubt: IndexSet.of([0]),
      retry: [{ dueAt: 900, messages: IndexSet.of([0]) }],
    });
    const second = anAttempt({
      id: `${batch.id}:1.0`,
      depth: 2,
      mask: IndexSet.of([0]),
      updatedAt: 1_000,
      results: [{ outcome: 'accepted', reason: null, messages: IndexSet.of([0]) }],
    });
    const result = {
      ...noResult(batch, 'demo'),
      results: [{ outcome: 'accepted', reason: null, messages: IndexSet.of([0]) } as const],
      final: IndexSet.of([0]),
    };

    const explanation = explainMessage(record({ attempts: [first, second], result }));

    expect(explanation).toMatchObject({ outcome: 'accepted', reason: null });
    expect(explanation.steps.map(({ step, detail }) => [step, detail])).toEqual([
      ['planned', 'batch send:0:000000:0 for apns, lane bulk'],
      ['attempt 1', 'retry_later: timeout'],
      ['in doubt', 'the provider may have taken it without our knowing its answer'],
      ['retry due', 'after attempt 1'],
      ['attempt 2', 'accepted'],
    ]);
  });

  it('leaves out attempts at other messages of the batch', () => {
    const other = anAttempt({ mask: IndexSet.of([1]), results: [{ outcome: 'accepted', reason: null, messages: IndexSet.of([1]) }] });

    expect(explainMessage(record({ attempts: [other] })).steps).toHaveLength(1);
  });
});
