import { PersonMask } from '../../src/erasure/erased-person.ts';

const person = {
  externalId: 'kim',
  userIds: ['01a20297-aaaa-7d0a-9b55-0a5d7f1c2e11'],
  aliases: [{ label: 'crm', name: 'C-17' }],
  installationIds: ['phone-1'],
};
const mask = (devices = false) => new PersonMask(person, { devices, pseudonym: (name) => `<${name.length}>` });

describe('a person that is taken out of a document', () => {
  it('goes from where it is named, with what is said of it; other words stay', () => {
    const document = {
      to: { users: ['kim', { externalId: 'kim', variables: { code: '88' } }, 'lee'] },
      title: 'kim',
      data: { user: 'kim', plan: 'kim' },
      aliases: [
        { label: 'crm', name: 'C-17' },
        { label: 'shop', name: 'C-17' },
      ],
    };

    expect(mask().masked(document)).toEqual({
      to: { users: ['<3>', { externalId: '<3>' }, 'lee'] },
      title: 'kim',
      data: { user: '<3>', plan: 'kim' },
      aliases: [
        { label: 'crm', name: '<8>' },
        { label: 'shop', name: 'C-17' },
      ],
    });
  });

  it('leaves what does not name it as the very same value', () => {
    const document = { to: { users: ['lee'] }, texts: ['kim'], at: 7, none: null, bytes: Buffer.from('x') };

    expect(mask().masked(document)).toBe(document);
  });

  it('goes from JSON inside of texts, however deep', () => {
    const inner = JSON.stringify({ users: { kim: 17, lee: 18 }, body: JSON.stringify({ externalId: 'kim', attributes: { a: 1 } }) });

    expect(mask().masked({ document: inner, broken: '{"externalId":"kim"' })).toEqual({
      document: JSON.stringify({ users: { '<3>': 17, lee: 18 }, body: JSON.stringify({ externalId: '<3>' }) }),
      broken: '{"externalId":"kim"',
    });
  });

  it('empties a send that is for it alone', () => {
    const send = {
      target: { users: ['kim'] },
      message: { title: 'Hi Kim', data: { a: 'b' } },
      variables: { code: 1 },
      event: { a: 1 },
      metadata: { o: '1' },
    };

    expect(mask().masked(send)).toEqual({ target: { users: ['<3>'] }, message: { title: 'erased' }, variables: {}, metadata: {} });
    expect(mask().masked({ ...send, target: { users: ['kim', 'lee'] } })).toMatchObject({
      message: send.message,
      variables: send.variables,
    });
  });

  it('takes what is kept by the places of its devices', () => {
    const packed = { keys: ['demo:00a:phone-1', 'demo:00b:phone-2'], variables: { 0: { code: 'mine' }, 1: { code: 'yours' } } };

    expect(mask().masked(packed)).toEqual({ ...packed, variables: { 1: { code: 'yours' } } });
  });

  it('has its devices replaced where they speak of it', () => {
    expect(mask().masked({ installation_id: 'phone-1' })).toEqual({ installation_id: 'phone-1' });
    expect(mask(true).masked({ installation_id: 'phone-1' })).toEqual({ installation_id: '<7>' });
  });

  it('is found in prose by names that are no common word', () => {
    const long = new PersonMask({ ...person, externalId: 'kim-4711' }, { devices: false, pseudonym: () => 'somebody' });

    expect(long.masked({ message: 'user kim-4711 is unknown; kim-47110 is not' })).toEqual({
      message: 'user somebody is unknown; kim-47110 is not',
    });
    expect(mask().masked({ message: 'kim is short' })).toEqual({ message: 'kim is short' });
    expect(long.isIn('not json kim-4711')).toBe(true);
  });
});
