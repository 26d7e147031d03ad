/** What the snapshot says of each check, and that services which ask alike ask once. */
import { expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector } from '../../src/lab/sim-cluster.ts';
import { createWorld } from '../../src/sim/world.ts';
import { lab } from './support.ts';

const S1 = lab.nodes.s1.address;
const service = (port: number, check: string) => `virtual_server ${lab.vip} ${port} {
  lb_algo rr
  lb_kind DR
  protocol TCP
  delay_loop 4
  warmup 0
  real_server ${S1} ${port} {
    weight 3
    ${check}
  }
}
`;
const http = `HTTP_GET {
  connect_port 80
  retry 2
  delay_before_retry 1
  url { path /ping
  }
}`;

async function start(services: string) {
  const world = createWorld({ seed: 3 });
  const configuration = guardedServiceConf(lab, 'a', { adverInterval: 1 }) + services;
  const director = await addDirector(world, { name: 'a', address: lab.nodes.a.address, configuration }, 'test');
  const asked: string[] = [];
  const { ask } = director.prober;
  director.prober.ask = (request, done) => {
    asked.push(request.kind);
    return ask(request, done);
  };
  const checks = (n = 0) => director.engine.snapshot().services[n]?.realServers[0]?.checks ?? [];
  return { world, director, asked, checks };
}

test('last result with its reason, next run, retries left', async () => {
  const { world, director, checks } = await start(service(80, http));
  const what = `http://${S1}:80/ping`;
  expect(checks()).toMatchObject([{ kind: 'http', what, up: null, last: null, sharedBy: 1 }]);
  director.prober.setServer(S1, 80, { kind: 'up' });
  world.run(seconds(2));
  const [good] = checks();
  expect(good).toMatchObject({ up: true, last: { good: true, reason: 'HTTP 200 at /ping, 1 ms', tookMs: 1 } });
  expect(good).toMatchObject({ retriesLeft: 2 });
  expect(Date.parse(good?.nextRunAt ?? '') - Date.parse(good?.last?.at ?? '')).toBe(4000);
  director.prober.setServer(S1, 80, { kind: 'up', status: 503 });
  world.run(seconds(4));
  const [failing] = checks();
  expect(failing).toMatchObject({ up: true, retriesLeft: 1, last: { good: false, reason: 'HTTP 503 at /ping, 1 ms' } });
  expect(Date.parse(failing?.nextRunAt ?? '') - Date.parse(failing?.last?.at ?? '')).toBe(1000);
  world.run(seconds(4));
  expect(checks()).toMatchObject([{ up: false, retriesLeft: 0 }]);
});

test('services that ask alike ask once, and all learn of it', async () => {
  const one = service(80, http) + service(8080, http) + service(443, http.replace('/ping', '/other'));
  const { world, director, asked, checks } = await start(one);
  director.prober.setServer(S1, 80, { kind: 'down' });
  world.run(seconds(2));
  expect(asked).toEqual(['http', 'http']);
  expect([checks(0), checks(1), checks(2)].map(([check]) => check?.sharedBy)).toEqual([2, 2, 1]);
  const { services } = director.engine.snapshot();
  expect(services.map(({ realServers }) => realServers[0]?.health)).toEqual(['down', 'down', 'down']);
});

test('a script with misc_dynamic weighs its server; the operator’s weight goes before it', async () => {
  const { world, director } = await start(service(80, 'MISC_CHECK {\n misc_path "/bin/weigh it"\n misc_dynamic\n }'));
  director.scripts.setScript('/bin/weigh', 22);
  world.run(seconds(2));
  const weight = () => director.engine.snapshot().services[0]?.realServers[0]?.weight;
  expect(weight()).toEqual({ configured: 3, effective: 20, kernel: 20 });
  director.scripts.setScript('/bin/weigh', 0);
  world.run(seconds(5));
  expect(weight()).toEqual({ configured: 3, effective: 3, kernel: 3 });
});
