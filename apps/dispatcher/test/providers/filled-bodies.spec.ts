import type { Platform } from '#libs/registry';
import type { RenderedMessage } from '#libs/sends';
import { HOLES } from '#libs/templates';
import fc from 'fast-check';
import { buildApnsRequest } from '../../src/providers/apns/request.ts';
import { buildFcmRequest } from '../../src/providers/fcm/request.ts';
import type { BuiltRequest } from '../../src/providers/provider-protocol.ts';
import type { ProviderRequest } from '../../src/providers/push-provider.ts';
import type { Destination } from '../../src/transport/transport.ts';
import { aMoment, aProviderRequest, aRecipient, bodyAt } from './a-provider-request.ts';

const destination: Destination = {
  ...{
    key: 'k',
    protocol: 'h2' as const,
    host: 'h',
    port: 443,
    ca: undefined,
    maxConnections: 1,
    maxStreams: 1,
    firstAlone: true,
    requestDeadlineMs: 1,
  },
};

/** Blank ones are never filled in. */
const text = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('"', '\\', '\u2028', '\ud800', 'é', '🔔', 'x'.repeat(1_950)))
  .filter((one) => one.trim() !== '');
const message: fc.Arbitrary<RenderedMessage> = fc.record(
  {
    title: text,
    subtitle: text,
    body: text,
    sound: fc.constant('bell'),
    link: fc.constant('https://x.org/é"'),
    data: fc.constant({ order: 'A"17' }),
    overrides: fc.constantFrom({}, { apns: { aps: { alert: { title: 'theirs' } } }, fcm: { notification: { body: 'theirs' } } }),
  },
  { requiredKeys: [] },
);

/** The message with holes in the places of its texts, and the texts. */
function withHoles({ title, subtitle, body, ...rest }: RenderedMessage): { holed: RenderedMessage; texts: string[] } {
  const named = Object.entries({ title, subtitle, body }).filter(([, value]) => value !== undefined);
  const holes = Object.fromEntries(named.map(([name], at) => [name, HOLES[at]]));
  return { holed: { ...rest, ...holes }, texts: named.map(([, value]) => value ?? '') };
}

function outcomeOf(build: (request: ProviderRequest) => BuiltRequest, request: ProviderRequest) {
  const { batches, failed } = build(request);
  return { bodies: batches.map((batch) => bodyAt(batch, 0)), failed };
}

describe('a body with texts filled in', () => {
  const apns = (request: ProviderRequest) =>
    buildApnsRequest(
      request,
      [0],
      { production: destination, sandbox: destination, bundleIds: ['app.demo'], by: 'key' as const },
      { header: 'bearer jwt' },
    );
  const fcm = (request: ProviderRequest) => buildFcmRequest(request, [0], { destination, projectId: 'p' }, { header: 'Bearer t' }, aMoment);

  it.each<[string, (request: ProviderRequest) => BuiltRequest, Platform]>([
    ['APNs', apns, 'ios'],
    ['FCM for Android', fcm, 'android'],
    ['FCM for Apple', fcm, 'ios'],
    ['FCM for the web', fcm, 'web'],
  ])('is byte for byte the body of the whole text, and is refused where that is: %s', (_, build, platform) => {
    fc.assert(
      fc.property(message, (rendered) => {
        const { holed, texts } = withHoles(rendered);
        const whole = aProviderRequest({ renderings: [rendered], recipients: [aRecipient({ platform })] });
        const filled = aProviderRequest({ renderings: [holed], recipients: [aRecipient({ platform, texts })] });

        expect(outcomeOf(build, filled)).toEqual(outcomeOf(build, whole));
      }),
      { numRuns: 300 },
    );
  });
});
