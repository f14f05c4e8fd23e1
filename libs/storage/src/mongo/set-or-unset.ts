/** The parts of an update that leave a document with just these fields: what is null goes, so that sparse indexes hold only what they are about. */
export function setOrUnset(fields: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(fields);
  const absent = entries.filter(([, value]) => value === null || value === undefined);
  return {
    $set: Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined)),
    ...(absent.length > 0 && { $unset: Object.fromEntries(absent.map(([name]) => [name, 1 as const])) }),
  };
}
