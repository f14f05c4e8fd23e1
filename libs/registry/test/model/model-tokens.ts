import { holderOf, type ModelDevice, type ModelState } from './model-state.ts';
import type { Answer, Shown, VerdictStep } from './step.ts';

const nothingHeld = { token: null, isClaiming: false, imported: false, suspect: null } as const;

/** R8 to R12. */
export function showToken(state: ModelState, id: string, { token, claim }: Shown, by: 'sdk' | 'server', now: number): void {
  const device = state.devices.get(id);
  if (!device || token === undefined) return;
  if (token === null) {
    loseToken(device, 'cleared');
    return;
  }
  if (claim !== undefined) {
    Object.assign(device, { ...nothingHeld, ...(claim === 'outdone' ? { lostReason: 'superseded' } : { isClaiming: true }) });
    return;
  }
  const isSame = device.token === token;
  device.imported = by === 'server' && (!isSame || device.imported);
  hold(state, id, device, token, now);
}

/** R17: nobody's word but a file's. */
export function holdImported(state: ModelState, id: string, device: ModelDevice, token: string, now: number): void {
  device.imported = true;
  hold(state, id, device, token, now);
}

export function loseToken(device: ModelDevice, reason: string): void {
  if (device.token !== null || device.isClaiming) Object.assign(device, { ...nothingHeld, lostReason: reason });
}

/** R46, R48, invariant 4: only the token that was sent to, and only if nobody confirmed it since. */
export function judgeToken(state: ModelState, step: VerdictStep, now: number): Answer {
  const { device: id, token, confirmedAt, since } = step.verdict;
  const device = state.devices.get(id);
  if (device?.token !== token) return 'kept';
  if (since === null ? device.confirmedAt !== confirmedAt : device.confirmedAt >= since) return 'kept';
  switch (step.kind) {
    case 'purge':
      loseToken(device, 'Unregistered');
      return 'purged';
    case 'suspect':
      device.suspect = 'MismatchSenderId';
      return 'marked';
    case 'replace':
      return replace(state, id, device, step.token, now);
  }
}

/** Two installations that turn out to be one device: the one with the newer address keeps it. */
function replace(state: ModelState, id: string, device: ModelDevice, token: string, now: number): Answer {
  if (token === device.token) return 'kept';
  if (holderOf(state, token) !== undefined) {
    loseToken(device, 'superseded');
    return 'merged';
  }
  hold(state, id, device, token, now);
  return 'replaced';
}

function hold(state: ModelState, id: string, device: ModelDevice, token: string, now: number): void {
  const holder = holderOf(state, token);
  const other = holder === undefined || holder === id ? undefined : state.devices.get(holder);
  const confirmedAt = Math.max(now, (state.confirmations.get(`${id} ${token}`) ?? 0) + 1, (other?.confirmedAt ?? 0) + 1);
  if (other) loseToken(other, 'superseded');
  state.confirmations.set(`${id} ${token}`, confirmedAt);
  Object.assign(device, { token, isClaiming: false, confirmedAt, isConfirmedNow: true, suspect: null, lostReason: null });
}
