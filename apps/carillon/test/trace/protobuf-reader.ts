type FieldValue = bigint | Uint8Array;

/** Fields of one protobuf message by number, in order: just enough of the encoding to read what an exporter sends. */
export type Fields = ReadonlyMap<number, readonly FieldValue[]>;

/** Throws where the bytes are no protobuf message. */
export function readFields(bytes: Uint8Array): Fields {
  const fields = new Map<number, FieldValue[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('a protobuf message ends in the middle of a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const value = (wireType: number): FieldValue => {
    if (wireType === 0) return varint();
    if (wireType === 1) return littleEndian(take(8));
    if (wireType === 2) return take(Number(varint()));
    if (wireType === 5) return littleEndian(take(4));
    throw new Error(`wire type ${wireType} is none of protobuf 3`);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), value(tag & 7)]);
  }
  return fields;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function messages(fields: Fields, number: number): readonly Fields[] {
  return (fields.get(number) ?? []).map((one) => readFields(one as Uint8Array));
}

export function bytesAt(fields: Fields, number: number): Uint8Array {
  return (fields.get(number)?.at(-1) ?? new Uint8Array()) as Uint8Array;
}

export function textAt(fields: Fields, number: number): string {
  return Buffer.from(bytesAt(fields, number)).toString();
}

export function integerAt(fields: Fields, number: number): bigint {
  return (fields.get(number)?.at(-1) ?? 0n) as bigint;
}
