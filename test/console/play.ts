/** Not a test: the console on two made-up nodes that move, to look at it. `node scripts/play-console.mjs` runs it. */

import { runConsole } from '../../src/console/run.ts';
import type { Update } from '../../src/control/link.ts';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { fakeLink } from './fake-link.ts';
import { advert, blockedPlan, busyEvents, busySnapshot, event, plan, result } from './fixtures.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const iso = (shift = 0): string => new Date(Date.now() + shift).toISOString();

/** The fixture as if it had been taken now. */
function moved(given: Snapshot): Snapshot {
  const shift = Date.now() - Date.parse(given.takenAt);
  const later = (at: string): string => new Date(Date.parse(at) + shift).toISOString();
  return {
    ...given,
    takenAt: iso(),
    instances: given.instances.map((i) => ({
      ...i,
      since: later(i.since),
      leaseEndsAt: i.leaseEndsAt && later(i.leaseEndsAt),
    })),
  };
}

const links = [fakeLink('alpha'), fakeLink('beta')];
const [alpha, beta] = links;
if (!alpha || !beta) throw new Error('no links');
const base = moved(busySnapshot());
alpha.state = base;
alpha.history = busyEvents();
beta.state = {
  ...base,
  host: 'beta',
  dataPlane: 'ipvs',
  dataPlaneReason: null,
  instances: base.instances
    .slice(0, 1)
    .map((i) => ({ ...i, state: 'backup', master: { address: '10.0.0.1', priority: 150, lastAdvertAgoMs: 10 } })),
};

let running = false;
let seq = 100;
const tellAll = (update: Update): void => alpha.tell(update);
setInterval(() => {
  tellAll({ kind: 'advert', advert: advert({ at: iso(), gapMs: 1000 + Math.random() * 3 }) });
  tellAll({
    kind: 'advert',
    advert: advert({ at: iso(), direction: 'sent', interface: 'eth0', source: '10.0.0.1', vrid: 51 }),
  });
}, 1000);
const snapshots = setInterval(() => {
  const operations = running
    ? [
        {
          id: '1',
          verb: 'failover',
          target: 'VI_1',
          by: 'root',
          startedAt: iso(),
          step: 'priority 0 sent, serving in silence until the successor speaks',
          result: null,
        },
      ]
    : [];
  alpha.tell({ kind: 'snapshot', snapshot: { ...alpha.state, takenAt: iso(), operations } });
  beta.tell({ kind: 'snapshot', snapshot: { ...beta.state, takenAt: iso() } });
}, 1000);
if (process.env.PLAY_CRASH) {
  setTimeout(() => {
    console.log('said while the screen was ours');
    throw new Error('made to fail');
  }, 1500);
}
if (process.env.PLAY_GONE) {
  setTimeout(() => {
    clearInterval(snapshots);
    alpha.tell({ kind: 'gone', reason: 'the engine has gone away' });
  }, 3000);
}
alpha.onPlan = async (request) => {
  await wait(150);
  if (request.verb === 'failback') return blockedPlan();
  return request.verb === 'failover'
    ? plan({ target: request.target })
    : plan({
        ...request,
        verb: request.verb,
        tier: request.verb === 'standby' ? 3 : 1,
        title: `${request.verb} ${request.target}`,
        command: `hatop ${request.verb} ${request.target} --yes`,
      });
};
alpha.onOperate = async ({ verb, target }) => {
  running = true;
  await wait(2500);
  running = false;
  tellAll({
    kind: 'event',
    event: event({ at: iso(), seq: seq++, kind: 'operation', subject: target, text: `${verb} OK` }),
  });
  return result({ verb, target });
};

const code = await runConsole({
  links,
  title: { mode: 'demo: made up', why: 'this is the console on invented nodes' },
  readOnly: process.env.PLAY_READ_ONLY !== undefined,
  stdin: process.stdin,
  stdout: process.stdout,
});
process.exit(code);
