/** The intents that change something: from the key to the plan, from `y` to the result. */
import type { OperationRequest, OperationResult, Plan, Verb } from '../control/operations.ts';
import type { Item } from './all-items.ts';
import { freshness } from './feed.ts';
import type { ChangeIntent } from './intents.ts';
import { itemsOf, mainItem, meantItem } from './items.ts';
import type { Step } from './messages.ts';
import { liveFeed, type Model, type Outcome, type PlanDialog, withNotice } from './model.ts';
import { panesOf } from './views.ts';
import { plural, serverName, serviceName } from './words.ts';

/** `y` counts only when the whole plan has stood on the screen for so long. */
export const READING_MS = 300;
/** What was true when the plan was made may not be after this. */
export const PLAN_KEEPS_MS = 120_000;

/** A key for a change: the first step of asking for its plan. A refusal is a notice. */
export function ask(model: Model, intent: ChangeIntent): Step<Model> {
  // One acts on what is, not on a picture of what was.
  const live: Model = { ...model, frozen: null };
  const refusal = refusalOf(live);
  if (refusal) return [withNotice(live, refusal), []];
  const requests = requestsFor(live, intent);
  if (typeof requests === 'string') return [withNotice(live, requests), []];
  if (intent === 'weight') return [{ ...live, dialog: { kind: 'weight', requests, text: '' } }, []];
  return askPlans(live, requests);
}

export function askPlans(model: Model, requests: readonly OperationRequest[]): Step<Model> {
  const { token, link } = model;
  return [
    { ...model, token: token + 1, dialog: { kind: 'planning', requests, token } },
    [{ type: 'plan', link, token, requests }],
  ];
}

function refusalOf(model: Model): string | undefined {
  if (model.readOnly) return 'read-only: nothing is changed from this console';
  if (model.running) return 'an operation is under way: wait for its end';
  const state = freshness(liveFeed(model), model.at);
  if (state === 'waiting') return 'the engine has not said anything yet';
  if (state === 'gone') return 'the engine is gone: nothing can be changed through it';
  return undefined;
}

function requestsFor(model: Model, intent: ChangeIntent): OperationRequest[] | string {
  if (intent === 'reload') return [{ verb: 'reload', target: 'configuration' }];
  if (intent === 'drain' || intent === 'weight') return serverRequests(model, intent);
  if (intent === 'enable') {
    const item = meantItem(model);
    return item?.kind === 'instance' ? instanceRequests(model, 'activate') : serverRequests(model, intent);
  }
  return instanceRequests(model, intent);
}

function instanceRequests(model: Model, verb: Verb): OperationRequest[] | string {
  const items = itemsOf(model, 'instances');
  // Its peers stand beside it: they are no other choice.
  const item = (model.focus === 'peers' ? mainItem(model) : meantItem(model)) ?? undefined;
  const chosen = item?.kind === 'instance' ? item : items.length === 1 ? items[0] : undefined;
  if (chosen?.kind === 'instance') return [{ verb, target: chosen.instance.name }];
  return items.length === 0 ? 'there is no instance here' : `${verb} acts on an instance: press 2 and choose one`;
}

function serverRequests(model: Model, verb: Verb): OperationRequest[] | string {
  const here = panesOf(model.view).includes('services');
  const marked = here ? itemsOf(model, 'services').filter(({ id }) => model.marked.has(id)) : [];
  const current = meantItem(model);
  const chosen = marked.length > 0 ? marked : current ? [current] : [];
  const requests = chosen.flatMap((item) => serverRequest(item, verb));
  return requests.length > 0
    ? requests
    : `${verb} acts on a real server: press 3 and choose one, or mark some with Space`;
}

function serverRequest(item: Item, verb: Verb): OperationRequest[] {
  if (item.kind !== 'server') return [];
  return [{ verb, target: serverName(item.server), service: serviceName(item.service) }];
}

/** Plans that nobody waits for any more are dropped. */
export function plansArrived(model: Model, token: number, plans: readonly Plan[]): Model {
  const { dialog } = model;
  if (dialog?.kind !== 'planning' || dialog.token !== token) return model;
  const { requests } = dialog;
  const plan: PlanDialog = {
    kind: 'plan',
    requests,
    plans,
    link: model.link,
    top: 0,
    seen: 0,
    drawnAt: null,
    typed: '',
  };
  return { ...model, dialog: plan };
}

/** Why this plan cannot be carried out now; undefined: it can. */
export function unconfirmable(model: Model, dialog: PlanDialog): string | undefined {
  const { drawnAt, plans, link } = dialog;
  if (plans.some(({ blocked }) => blocked)) return 'blocked: see what the BLOCK line asks for';
  if (drawnAt === null) return 'the plan has not been shown to its end: scroll down with j';
  if (model.at - drawnAt < READING_MS) return 'too quick: read the plan first, then press y';
  if (model.at - drawnAt > PLAN_KEEPS_MS) return 'this plan is minutes old: cancel, and ask for a new one';
  const feed = model.feeds[link];
  if (!feed || freshness(feed, model.at) === 'gone') return 'the engine is gone: nothing can be changed through it';
  return undefined;
}

/** The reason that was typed, where a tier-3 plan asks for one. */
export function typedReason(dialog: PlanDialog): string | undefined {
  const name = dialog.plans[0]?.target ?? '';
  if (!dialog.typed.startsWith(`${name} `)) return undefined;
  const reason = dialog.typed.slice(name.length + 1).trim();
  return reason === '' ? undefined : reason;
}

export const tierOf = ({ plans }: PlanDialog): number => Math.max(1, ...plans.map(({ tier }) => tier));

/** `y` (or Enter after the name and the reason, in tier 3) on a plan. */
export function confirm(model: Model, dialog: PlanDialog): Step<Model> {
  const refusal = unconfirmable(model, dialog);
  if (refusal) return [withNotice(model, refusal), []];
  const reason = typedReason(dialog);
  const requests = dialog.requests.map((request) => ({ ...request, yes: true, ...(reason ? { reason } : {}) }));
  const { token } = model;
  const { link } = dialog;
  return [
    {
      ...model,
      token: token + 1,
      dialog: null,
      notice: null,
      marked: new Set(),
      running: { token, link, requests, startedAt: model.at, outcomes: [] },
    },
    [{ type: 'operate', link, token, requests }],
  ];
}

export function finished(model: Model, token: number, index: number, result: OperationResult): Model {
  return ended(model, token, index, (request) => ({ request, result, error: null }));
}

export function failed(model: Model, token: number, index: number, reason: string): Model {
  return ended(model, token, index, (request) => ({ request, result: null, error: reason }));
}

function ended(model: Model, token: number, index: number, outcome: (of: OperationRequest) => Outcome): Model {
  const { running } = model;
  const request = running?.requests[index];
  if (!running || running.token !== token || !request) return model;
  const outcomes = [...running.outcomes, outcome(request)];
  if (outcomes.length < running.requests.length) return { ...model, running: { ...running, outcomes } };
  return { ...model, running: null, outcomes, notice: null };
}

/** What a set of requests is called: `drain of 10.0.0.11:80`, `drain of 3 real servers`. */
export function nameOf(requests: readonly OperationRequest[]): string {
  const [first] = requests;
  if (!first) return 'nothing';
  return requests.length === 1
    ? `${first.verb} of ${first.target}`
    : `${first.verb} of ${plural(requests.length, 'real server')}`;
}
