import { fieldOf } from '#libs/http2';
import type { Accounts } from '../accounts/accounts.ts';
import { isObject, parsed, textOf, type JsonObject } from '../devices/delivery.ts';
import type { Http1Request } from '../wire/http1-requests.ts';
import type { BaiduRefusal } from './answers.ts';
import { signatureOf } from './signature.ts';

const path = /^\/rest\/3\.0\/push\/(single_device|batch_device)$/;
const maxAgeSeconds = 600;
const maxDevices = 10_000;
const maxMsgBytes = 4_096;
const channelId = /^\d{10,20}$/;

/** A request that passed everything that can be said without its devices. */
export interface BaiduPush {
  readonly apiKey: string;
  readonly isBatch: boolean;
  readonly channels: readonly string[];
  /** JSON where it is a notification, else any text. */
  readonly msg: JsonObject;
  readonly isNotification: boolean;
  readonly expiresSeconds: number;
}

/** providers.md 6.1 and 6.2: method, form, application, signature, age, then the parameters. `nowMs` is Baidu's time. */
export function judge(request: Http1Request, accounts: Accounts, nowMs: number): BaiduPush | BaiduRefusal {
  const [, method] = path.exec(request.path) ?? [];
  if (request.method !== 'POST' || method === undefined) return { code: 30_601 };
  const form = formOf(request);
  if (!form) return { code: 30_602 };
  return callerProblem(request, form, accounts, nowMs) ?? pushOf(form, method === 'batch_device');
}

/** Undefined where a name is given twice, or what was sent is no form of the service's clients. */
function formOf({ fields, body }: Http1Request): ReadonlyMap<string, string> | undefined {
  if (!/^application\/x-www-form-urlencoded(?:;|$)/i.test(fieldOf(fields, 'content-type') ?? '')) return undefined;
  if (!(fieldOf(fields, 'user-agent') ?? '').startsWith('BCCS_SDK/3.0')) return undefined;
  const pairs = [...new URLSearchParams(body.toString('utf8'))];
  const form = new Map(pairs);
  return form.size === pairs.length ? form : undefined;
}

function callerProblem(
  request: Http1Request,
  form: ReadonlyMap<string, string>,
  accounts: Accounts,
  nowMs: number,
): BaiduRefusal | undefined {
  const [apiKey, sign, timestamp, expires] = ['apikey', 'sign', 'timestamp', 'expires'].map((name) => form.get(name));
  if (apiKey === undefined || sign === undefined || !isSeconds(timestamp)) return invalid('apikey, timestamp and sign are required');
  const app = accounts.find('baidu', apiKey);
  const url = `https://${fieldOf(request.fields, 'host') ?? ''}${request.path}`;
  if (!app || signatureOf('POST', url, form, app.secretKey) !== sign) return { code: 30_603 };
  if (expires !== undefined && !isSeconds(expires)) return invalid('expires');
  const now = Math.floor(nowMs / 1_000);
  const isOver = expires === undefined ? Math.abs(now - Number(timestamp)) > maxAgeSeconds : now > Number(expires);
  return isOver ? { code: 30_606, date: new Date(nowMs).toUTCString() } : undefined;
}

function pushOf(form: ReadonlyMap<string, string>, isBatch: boolean): BaiduPush | BaiduRefusal {
  const channels = isBatch ? channelsOf(form.get('channel_ids')) : channelsOf(JSON.stringify([form.get('channel_id') ?? '']));
  if (!channels) return invalid(isBatch ? 'channel_ids' : 'channel_id');
  const [deviceType = '3', msgType, text = '', topic] = ['device_type', 'msg_type', 'msg', 'topic_id'].map((name) => form.get(name));
  if (deviceType !== '3' && deviceType !== '4') return invalid('device_type');
  if (msgType !== '0' && msgType !== '1') return invalid('msg_type');
  if (deviceType === '4' && !['1', '2'].includes(form.get('deploy_status') ?? '2')) return invalid('deploy_status');
  if (topic !== undefined && !/^\w{1,128}$/.test(topic)) return invalid('topic_id');
  const expiresSeconds = expiryOf(form.get('msg_expires'), isBatch);
  if (expiresSeconds === undefined) return invalid('msg_expires');
  if (text === '' || Buffer.byteLength(text) > maxMsgBytes) return invalid('msg');
  const msg = parsed(text);
  const isNotification = msgType === '1';
  if (isNotification && !(deviceType === '4' ? isForApple(msg) : isForAndroid(msg))) return invalid('msg');
  return { apiKey: form.get('apikey') ?? '', isBatch, channels, msg: isObject(msg) ? msg : {}, isNotification, expiresSeconds };
}

/** Channel ids are numbers too long for one: they are texts. */
function channelsOf(text: string | undefined): readonly string[] | undefined {
  const list = parsed(text);
  if (!Array.isArray(list) || list.length === 0 || list.length > maxDevices) return undefined;
  return list.every((channel) => typeof channel === 'string' && channelId.test(channel)) ? (list as string[]) : undefined;
}

function expiryOf(text: string | undefined, isBatch: boolean): number | undefined {
  const [least, most, fallback] = isBatch ? [1, 86_400, 18_000] : [0, 604_800, 18_000];
  if (text === undefined) return fallback;
  return /^\d{1,7}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;
}

function isForAndroid(msg: unknown): boolean {
  if (!isObject(msg)) return false;
  const { title, description, notification_builder_id: builder = 0, notification_basic_style: style = 7, open_type: open = 0 } = msg;
  if ((textOf(description) ?? '').trim() === '' || (title !== undefined && typeof title !== 'string')) return false;
  if (!isWithin(builder, 0, 100) || !isWithin(style, 0, 7) || !isWithin(open, 0, 2)) return false;
  if (open === 1 && typeof msg['url'] !== 'string') return false;
  return msg['custom_content'] === undefined || isObject(msg['custom_content']);
}

function isForApple(msg: unknown): boolean {
  return isObject(msg) && isObject(msg['aps']);
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isSeconds(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,12}$/.test(text);
}

function invalid(what: string): BaiduRefusal {
  return { code: 30_602, detail: `Request Params Not Valid: ${what}` };
}
