import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection, setOrUnset } from '#libs/storage';
import { frozenTextOf, type FrozenSend } from './frozen-send.ts';
import type { Send, SendState, SendSums } from './send.ts';

/** A send in MongoDB. What it has no value for is not there. */
export interface SendDocument extends OutboxDocument, MutableSendFields {
  readonly app: string;
  readonly createdAt: number;
  readonly campaign?: string;
  readonly frozen: string;
}

export interface MutableSendFields {
  readonly revision: number;
  readonly state: SendState;
  readonly pausedFrom?: 'planning' | 'sending';
  readonly stateReason?: string;
  readonly stateSince: number;
  readonly finishedAt?: number;
  readonly forgottenAt?: number;
  /** When it ended, as long as it is not forgotten. */
  readonly keptSince?: number;
  /** When it was created, as long as it is not over. */
  readonly openSince?: number;
  readonly dueAt?: number;
  /** As JSON: reasons and outcomes are its keys. */
  readonly sums?: string;
}

const mutableFields = {
  revision: Number,
  state: String,
  pausedFrom: String,
  stateReason: String,
  stateSince: Number,
  finishedAt: Number,
  forgottenAt: Number,
  keptSince: Number,
  openSince: Number,
  dueAt: Number,
  sums: String,
};

export const sendCollection = mongoCollection<SendDocument>(
  'sends',
  { app: String, createdAt: Number, campaign: String, frozen: String, ...mutableFields, ...outboxFields },
  [
    { fields: { app: 1, createdAt: -1, _id: -1 } },
    { fields: { app: 1, state: 1, createdAt: -1, _id: -1 } },
    { fields: { app: 1, campaign: 1, createdAt: -1, _id: -1 } },
    { fields: { openSince: 1 }, sparse: true },
    { fields: { keptSince: 1 }, sparse: true },
    { fields: { dueAt: 1 }, sparse: true },
    outboxIndex,
  ],
);

/** The fields of MutableSendFields. */
export const MUTABLE_SEND_FIELDS = Object.fromEntries(Object.keys(mutableFields).map((name) => [name, 1 as const]));

/** What a new send is stored as. */
export function sendDocumentOf(send: Send): SendDocument {
  const { id: _id, app, createdAt, campaign } = send;
  const fields = { app, createdAt, campaign, frozen: frozenTextOf(send), ...mutableFieldsOf(send) };
  return { _id, ...(setOrUnset(fields).$set as Omit<SendDocument, '_id'>) };
}

/** The update that stores what may change of a send. */
export function sendUpdateOf(send: Send) {
  return setOrUnset(mutableFieldsOf(send));
}

export function sendFromDocument(document: MutableSendFields, frozen: FrozenSend): Send {
  return {
    ...frozen,
    revision: document.revision,
    state: document.state,
    pausedFrom: document.pausedFrom ?? null,
    stateReason: document.stateReason ?? null,
    stateSince: document.stateSince,
    finishedAt: document.finishedAt ?? null,
    ...(document.forgottenAt !== undefined && { forgottenAt: document.forgottenAt }),
    dueAt: document.dueAt ?? null,
    sums: document.sums === undefined ? null : (JSON.parse(document.sums) as SendSums),
  };
}

function mutableFieldsOf(send: Send) {
  const { createdAt, revision, state, pausedFrom, stateReason, stateSince, finishedAt, forgottenAt = null, dueAt, sums } = send;
  return {
    revision,
    state,
    pausedFrom,
    stateReason,
    stateSince: stateSince ?? createdAt,
    finishedAt,
    forgottenAt,
    keptSince: forgottenAt === null ? finishedAt : null,
    openSince: finishedAt === null ? createdAt : null,
    dueAt,
    sums: sums && JSON.stringify(sums),
  } satisfies Record<keyof MutableSendFields, unknown>;
}
