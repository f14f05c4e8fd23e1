import { getUser, named, optIn } from './model-people.ts';
import { holderOf, userOf } from './model-state.ts';
import type { RegistryModel } from './registry-model.ts';
import type { Answer, Step } from './step.ts';

/** What steps may come to. */
export interface Ending {
  readonly model: RegistryModel;
  readonly answers: ReadonlyMap<Step, Answer>;
}

type At = (step: Step) => number;

/** How two steps at once may end: as one of the two orders would, or with a claim that the holder's own showing has outdone. */
export function endingsOfRace(start: RegistryModel, [one, other]: readonly [Step, Step], at: At): readonly Ending[] {
  const orders = [[one, other], [other, one]].flatMap((order) => endingsOf(start, order, at)); // prettier-ignore
  return [...orders, ...outdone(start, one, other, at), ...outdone(start, other, one, at)];
}

/**
 * P3: a claim takes the token only when its holder has let go. A holder that shows it again in the meantime keeps it: it has never been without it, so
 * whoever confirmed it before (its SDK, mostly) still has. No order of the two steps says that: in each of them the claimant has the token for a while.
 */
function outdone(start: RegistryModel, step: Step, other: Step, at: At): readonly Ending[] {
  if (!('token' in step && 'token' in other) || !('device' in step && 'device' in other) || typeof step.token !== 'string') return [];
  if (step.token !== other.token || step.device === other.device || holderOf(start.state, step.token) !== other.device) return [];
  const claim = { ...step, isOutdone: true };
  const endings = [[claim, other], [other, claim]].flatMap((order) => endingsOf(start, order, at)); // prettier-ignore
  return endings.map(({ model, answers }) => ({ model, answers: new Map(answers).set(step, answers.get(claim) ?? '') }));
}

/**
 * How the steps would end one after the other. Users are written before what names them: a login that is refused, because a deletion has overtaken it,
 * or that dies, may have made its user; a grant that a change of user has overtaken may have opted in whoever had the device before, too.
 */
export function endingsOf(start: RegistryModel, order: readonly Step[], at: At, mayMake?: Step): readonly Ending[] {
  const starts = [start, ...order.flatMap((step) => optedIn(start, step))];
  return starts.flatMap((from) => {
    const ending = told(from.clone(), order, at);
    const refused = order.find((step) => ending.answers.get(step) === 'installation_not_found') ?? mayMake;
    if (refused?.kind !== 'changeUser' || userOf(from.state, refused.user) !== undefined) return [ending];
    const early = from.clone();
    named(early.state, refused.user);
    const late = ending.model.clone();
    named(late.state, refused.user);
    return [ending, told(early, order, at), { ...ending, model: late }];
  });
}

function optedIn(start: RegistryModel, step: Step): RegistryModel[] {
  const device = 'device' in step ? start.state.devices.get(step.device) : undefined;
  if (!device || !('permission' in step) || step.permission !== 'granted' || device.permission === 'granted') return [];
  const model = start.clone();
  optIn(getUser(model.state, device.user), model.settings);
  return [model];
}

/**
 * What may have happened when the first step's worker died, the second came, and then the sweep: both; the second alone; or the first without its token,
 * where its device shows another one or the holder shows it again before the sweep. It comes last only where it takes nothing from the second.
 */
export function waysToDie(dying: Step, next: Step): readonly (readonly Step[])[] {
  const showsToken = 'token' in next && typeof next.token === 'string';
  const ways = [[dying, next], [next], ...(showsToken ? [] : [[next, dying]])];
  if (dying.kind !== 'session') return ways;
  return [...ways, [{ ...dying, token: undefined }, next], ...(showsToken ? [[{ ...dying, isOutdone: true }, next]] : [])];
}

function told(model: RegistryModel, order: readonly Step[], at: At): Ending {
  return { model, answers: new Map(order.map((step) => [step, model.apply(step, at(step))])) };
}
