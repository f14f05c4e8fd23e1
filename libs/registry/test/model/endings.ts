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
type Fate = 'outdone' | 'withdrawn';

/** How two steps at once may end: as one of the two orders would, but that users and claims to tokens come to be before the installation is written. */
export function endingsOfRace(start: RegistryModel, [one, other]: readonly [Step, Step], at: At): readonly Ending[] {
  const orders = [[one, other], [other, one]] as const; // prettier-ignore
  return orders.flatMap(([first, last]) => [
    ...endingsOf(start, [first, last], at),
    ...identifications(start, last).flatMap((early) => endingsOf(start, [early, first, last], at)),
    ...fates(start, first, last).flatMap((claim) => withoutToken(start, [shaped(first, claim), last], first, at)),
    ...fates(start, last, first).flatMap((claim) =>
      claim === 'outdone' ? withoutToken(start, [first, shaped(last, claim)], last, at) : [],
    ),
  ]);
}

/** P4: an anonymous user becomes known, or goes, before the installation says so: a step that comes between finds its user known, and may be followed. */
function identifications(start: RegistryModel, step: Step): Step[] {
  if (!('device' in step && 'user' in step) || typeof step.user !== 'string' || step.kind === 'import') return [];
  const { device, user } = step;
  const owner = start.state.users.get(start.state.devices.get(device)?.user ?? 0);
  return owner?.externalId === null ? [{ kind: 'changeUser', device, user, verified: false }] : [];
}

/**
 * P3: a claim takes the token only when its holder has let go. A holder that shows it again in the meantime keeps it: it has never been without it, so
 * whoever confirmed it before (its SDK, mostly) still has. It keeps it, too, where the claimant shows another token, or none, or goes. No order of the
 * two steps says that: in each of them the claimant has the token for a while.
 */
function fates(start: RegistryModel, step: Step, other: Step): Fate[] {
  if (!('token' in step && 'device' in step && 'device' in other) || typeof step.token !== 'string') return [];
  const holder = holderOf(start.state, step.token);
  if (holder === undefined || holder === step.device) return [];
  const shown = 'token' in other ? other.token : undefined;
  if (other.device === holder) return shown === step.token ? ['outdone'] : [];
  const isEnded = other.kind === 'delete' || (shown !== undefined && shown !== step.token);
  return other.device === step.device && isEnded ? ['withdrawn'] : [];
}

function shaped(step: Step, claim: Fate): Step {
  return step.kind === 'register' || step.kind === 'session' ? { ...step, claim } : step;
}

/** `order` has the step as `shaped`: its answer is the step's. */
function withoutToken(start: RegistryModel, order: readonly Step[], step: Step, at: At): readonly Ending[] {
  const claiming = order.find((one) => 'claim' in one);
  return endingsOf(start, order, at).map(({ model, answers }) => {
    const answer = claiming && answers.get(claiming);
    return { model, answers: answer === undefined ? answers : new Map(answers).set(step, answer) };
  });
}

/**
 * How the steps would end one after the other. Users are written before what names them: a login that is refused, because a deletion has overtaken it,
 * or that dies, may have made its user, and so may a line of an import whose device came first by another way; a grant that a change of user has overtaken may have opted in whoever had the device before, too.
 */
export function endingsOf(
  start: RegistryModel,
  order: readonly Step[],
  at: At,
  mayMake?: Extract<Step, { kind: 'changeUser' }>,
): readonly Ending[] {
  const starts = [start, ...order.flatMap((step) => optedIn(start, step))];
  return starts.flatMap((from) => {
    const ending = told(from.clone(), order, at);
    const user = mayMake ? mayMake.user : order.map((step) => madeInVain(step, ending.answers.get(step))).find((made) => made != null);
    if (user == null || userOf(from.state, user) !== undefined) return [ending];
    const early = from.clone();
    named(early.state, user);
    const late = ending.model.clone();
    named(late.state, user);
    return [ending, told(early, order, at), { ...ending, model: late }];
  });
}

function madeInVain(step: Step, answer: Answer | undefined): string | null | undefined {
  if (step.kind === 'import') return answer === 'existing' ? step.user : undefined;
  return step.kind === 'changeUser' && answer === 'installation_not_found' ? step.user : undefined;
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
  return [...ways, [{ ...dying, token: undefined }, next], ...(showsToken ? [[{ ...dying, claim: 'outdone' as const }, next]] : [])];
}

function told(model: RegistryModel, order: readonly Step[], at: At): Ending {
  return { model, answers: new Map(order.map((step) => [step, model.apply(step, at(step))])) };
}
