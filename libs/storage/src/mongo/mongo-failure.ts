import { DependencyUnavailable } from '#libs/kernel';

/** MongoDB cannot be reached, has no primary, takes too long, or does not let this process in. */
export class MongoFailure extends DependencyUnavailable {
  constructor(options?: ErrorOptions) {
    super('MongoDB', options);
  }
}

// The driver's names of what is wrong with connections, pools and the choice of a server.
const worldlyNames = new Set([
  ...[
    'MongoNetworkError',
    'MongoNetworkTimeoutError',
    'MongoServerSelectionError',
    'MongooseServerSelectionError',
    'MongoNotConnectedError',
  ],
  ...['MongoTopologyClosedError', 'MongoPoolClearedError', 'MongoPoolClosedError', 'MongoWaitQueueTimeoutError', 'MongoClientClosedError'],
  ...['MongoOperationTimeoutError', 'MongoConnectionPoolClearedError', 'MongoServerClosedError', 'MongoExpiredSessionError'],
]);
// HostUnreachable, HostNotFound, Unauthorized, AuthenticationFailed, MaxTimeMSExpired, WriteConcernTimeout, NetworkTimeout, ShutdownInProgress, PrimarySteppedDown,
// ExceededTimeLimit, NotWritablePrimary, InterruptedAtShutdown, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, OutOfDiskSpace
const worldlyCodes = new Set([6, 7, 13, 18, 50, 64, 89, 91, 189, 262, 10107, 11600, 11602, 13435, 14031]);
const duplicateKey = 11000;

interface ServerError {
  readonly name: string;
  readonly code?: number | string;
  readonly message: string;
  readonly keyPattern?: Readonly<Record<string, unknown>>;
  readonly writeErrors?: readonly { readonly code?: number }[] | { readonly code?: number };
}

/** The error as the rest of the platform understands it; what is not the world's fault stays as it is. */
export function mongoFailure(error: unknown): unknown {
  if (!isServerError(error) || error instanceof DependencyUnavailable) return error;
  const isCut = error.name === 'MongoBulkWriteError' && error.code === undefined; // the connection ended in the middle of many writes
  const isWorldly = worldlyNames.has(error.name) || (typeof error.code === 'number' && worldlyCodes.has(error.code));
  const isUnconnected = error.name === 'MongooseError' && error.message.includes('initial connection');
  return isWorldly || isCut || isUnconnected ? new MongoFailure({ cause: error }) : error;
}

/** A unique index refused a document: that of `_id` unless a field is named. */
export function isDuplicateKey(error: unknown, field = '_id'): boolean {
  if (!isServerError(error) || error.code !== duplicateKey) return false;
  return error.keyPattern ? field in error.keyPattern : error.message.includes(field);
}

/** Everything that an unordered insertion of many refused was there already. */
export function wereAllThere(error: unknown): boolean {
  if (!isServerError(error) || error.code !== duplicateKey) return false;
  const { writeErrors = [] } = error;
  return [writeErrors].flat().every(({ code }) => code === duplicateKey);
}

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error;
}

/** How an insertion of one document ended: true where it was the first, false where its `_id` was there already. */
export async function wasNew(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await insertion;
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
