import { createECDH } from 'node:crypto';
import { encryptInto, ENCRYPTION_BYTES } from '../../../src/providers/webpush/encrypt.ts';

/** RFC 8291, section 5 and appendix A. */
const example = {
  text: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  publicKey: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_' +
    'yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};
const browser = { publicKey: Buffer.from(example.publicKey, 'base64url'), auth: Buffer.from(example.auth, 'base64url') };

describe('encryption for browsers', () => {
  it('gives the body of RFC 8291', () => {
    const keys = createECDH('prime256v1');
    keys.setPrivateKey(Buffer.from(example.senderPrivate, 'base64url'));
    const body = Buffer.alloc(example.text.length + ENCRYPTION_BYTES);

    encryptInto(Buffer.from(example.text), browser, body, 0, { keys, salt: Buffer.from(example.salt, 'base64url') });

    expect(body.toString('base64url')).toBe(example.body);
  });

  it('has a key pair and a salt of its own for each message', () => {
    const bodies = [0, 1].map(() => {
      const body = Buffer.alloc(example.text.length + ENCRYPTION_BYTES);
      encryptInto(Buffer.from(example.text), browser, body, 0);
      return body;
    });

    const [one, other] = bodies.map((body) => [body.toString('hex', 0, 16), body.toString('hex', 21, 86), body.toString('hex', 86)]);
    expect(one?.filter((part, at) => part === other?.[at])).toEqual([]);
  });
});
