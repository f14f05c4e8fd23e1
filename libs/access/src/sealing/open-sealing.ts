import { deriveKeys, type DerivedKeys } from './derive-keys.ts';
import { Sealer } from './sealer.ts';
import { MasterKeyWrong, SealBroken } from './sealing-errors.ts';
import type { SealedDocument, SealedDocuments, SealedDocumentStore } from './sealed-documents.ts';
import type { SealingStore } from './sealing-store.ts';

const place = 'sealing:master';

/** What a process needs of the master keys, after the store has shown that they are its own. */
export interface OpenedSealing {
  readonly sealer: Sealer;
  /** HMAC keys of token fingerprints and receipts: those of the store's first master key, whatever sealed them since. */
  readonly fingerprint: Buffer;
  readonly receipts: Buffer;
}

/**
 * Opens the marker of a store with the master keys (the first is the active one), or marks a store that has none. The marker seals the keys of fingerprints
 * and receipts: with others no token would be found again, so they outlive a rotation. Throws MasterKeyWrong.
 */
export async function openSealing(masterKeys: readonly [Buffer, ...Buffer[]], store: SealingStore): Promise<OpenedSealing> {
  const derived = masterKeys.map(deriveKeys) as [DerivedKeys, ...DerivedKeys[]];
  const sealer = new Sealer(derived[0], derived.slice(1));
  const marker = (await store.marker()) ?? (await marked(derived, sealer, store));
  const { fingerprint, receipts } = readMarker(marker, sealer, derived);
  return { sealer, fingerprint: Buffer.from(fingerprint, 'base64'), receipts: Buffer.from(receipts, 'base64') };
}

/**
 * Seals with the active key what other keys sealed: credentials with the versions before them, the texts in `documents`, then the marker. Safe to repeat,
 * and while processes run: what is written meanwhile is sealed with the active key. Answers how many texts.
 */
export async function resealAll(
  masterKeys: readonly [Buffer, ...Buffer[]],
  store: SealingStore,
  placeOf: PlaceOf,
  documents: readonly Resealable[] = [],
): Promise<number> {
  const { sealer } = await openSealing(masterKeys, store);
  const { keyId } = deriveKeys(masterKeys[0]);
  let resealed = 0;
  for (let found = await store.sealedOtherwise(keyId, atOnce); found.length > 0; found = await store.sealedOtherwise(keyId, atOnce)) {
    for (const credential of found) {
      const bound = placeOf(credential.app, credential.provider);
      await store.reseal(credential, sealer.seal(sealer.open(credential.sealed, bound), bound));
    }
    resealed += found.length;
  }
  for (const kind of documents) resealed += await resealDocuments(kind, sealer, keyId);
  const marker = await store.marker();
  if (marker !== undefined && keyIdOf(marker) !== keyId) await store.keep(sealer.seal(sealer.open(marker, place), place), marker);
  return resealed;
}

type Resealable = Pick<SealedDocuments, 'boundTo'> & { readonly store: SealedDocumentStore };

/** A document that is written meanwhile is read again: by then somebody has sealed it anew, or only changed what stands beside. */
async function resealDocuments({ store, boundTo }: Resealable, sealer: Sealer, keyId: string): Promise<number> {
  let resealed = 0;
  let behind: SealedDocument['key'] | null = null;
  for (let found = await store.after(null, atOnce); found.length > 0; found = await store.after(behind, atOnce)) {
    for (const one of found) {
      const others = [...new Set(one.document.match(sealedText))].filter((sealed) => keyIdOf(sealed) !== keyId);
      const bound = others.length > 0 ? boundTo(JSON.parse(one.document) as never) : '';
      const document = others.reduce(
        (text, sealed) => text.replaceAll(sealed, sealer.seal(sealer.open(sealed, bound), bound)),
        one.document,
      );
      if (others.length > 0 && !(await store.exchange(one, document))) break;
      resealed += others.length;
      behind = one.key;
    }
  }
  return resealed;
}

const atOnce = 100;
/** As a Sealer writes it. */
const sealedText = /(?<![\w.-])v1\.[\w-]+\.[\w-]{16}\.[\w-]{22,}/g;
type PlaceOf = (app: string, provider: Parameters<SealingStore['reseal']>[0]['provider']) => string;

/** A store from before there were markers: its credentials show whether the key is its own; where it has several keys, the oldest made its fingerprints. */
async function marked(derived: readonly [DerivedKeys, ...DerivedKeys[]], sealer: Sealer, store: SealingStore): Promise<string> {
  const first = derived.at(-1) ?? derived[0];
  const [other] = await store.sealedOtherwise(first.keyId, 1);
  const made = other ? derived.find(({ keyId }) => keyId === keyIdOf(other.sealed)) : first;
  if (!made) throw new MasterKeyWrong(keyIdOf(other?.sealed ?? ''), idsOf(derived));
  const kept = { fingerprint: made.fingerprint.toString('base64'), receipts: made.receipts.toString('base64') };
  const marker = sealer.seal(JSON.stringify(kept), place);
  return (await store.keep(marker, undefined)) ? marker : ((await store.marker()) ?? marker);
}

function readMarker(
  marker: string,
  sealer: Sealer,
  derived: readonly DerivedKeys[],
): { readonly fingerprint: string; readonly receipts: string } {
  try {
    return JSON.parse(sealer.open(marker, place)) as { fingerprint: string; receipts: string };
  } catch (error) {
    if (error instanceof SealBroken) throw new MasterKeyWrong(keyIdOf(marker), idsOf(derived), { cause: error });
    throw error;
  }
}

function keyIdOf(sealed: string): string {
  return sealed.split('.')[1] ?? 'unknown';
}

function idsOf(derived: readonly DerivedKeys[]): readonly string[] {
  return derived.map(({ keyId }) => keyId);
}
