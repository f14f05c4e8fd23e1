import { CredentialPause } from '../../src/admission/credential-pause.ts';

const now = 1_000_000;

describe('the pause of a refused credential', () => {
  it('needs evidence from two addresses', () => {
    const pause = new CredentialPause(30_000);

    pause.observe('key-1', 1, 1, 'TopicDisallowed', now);
    expect(pause.peek('key-1', now)).toEqual({ kind: 'closed' });
    pause.observe('key-1', 1, 1, 'TopicDisallowed', now);

    expect(pause.peek('key-1', now)).toEqual({ kind: 'open', until: now + 30_000 });
    expect(pause).toMatchObject({ since: now, reason: 'TopicDisallowed' });
  });

  it('does not begin for a few refusals among good answers', () => {
    const pause = new CredentialPause(30_000);

    pause.observe('key-1', 10, 4, 'TopicDisallowed', now);

    expect(pause.peek('key-1', now)).toEqual({ kind: 'closed' });
  });

  it('ends with another credential', () => {
    const pause = new CredentialPause(30_000);
    pause.observe('key-1', 5, 5, 'InvalidProviderToken', now);

    expect(pause.take('key-2', now)).toEqual({ kind: 'closed' });
    expect(pause.since).toBeNull();
  });

  it('ends with a probe that is not refused, and goes on with one that is', () => {
    const pause = new CredentialPause(30_000);
    pause.observe('key-1', 5, 5, 'InvalidProviderToken', now);

    expect(pause.take('key-1', now + 30_000)).toEqual({ kind: 'probe' });
    pause.observe('key-1', 1, 1, 'InvalidProviderToken', now + 30_100);
    expect(pause.peek('key-1', now + 30_100)).toEqual({ kind: 'open', until: now + 60_100 });
    pause.take('key-1', now + 60_100);
    pause.observe('key-1', 1, 0, null, now + 60_200);

    expect(pause.peek('key-1', now + 60_200)).toEqual({ kind: 'closed' });
  });
});
