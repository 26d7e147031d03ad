/** `hatop director` over real IPVS: what it sets, whom it serves, and that a stop takes nothing that is not its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHatop } from './hatop.ts';
import { LAN_SERVER, LAN_SETUP } from './lan.ts';
import { type GuestOutcome, runGuest } from './uml.ts';

const CONF = (kind: string): string => `
virtual_server 10.0.0.10 80 {
  lb_algo wrr
  lb_kind ${kind}
  protocol TCP
  real_server 10.0.0.11 80 {
    weight 1
  }
  real_server 10.0.0.12 80 {
    weight 1
  }
}
`;

const script = (hatop: string): string => `
${LAN_SETUP}
director() { v=$1; f=$2; shift 2; on director ${hatop} director $v -f $JOB/$f --state-dir /run/state 2>>director.log; echo "exit $?"; }
forward() { on director cat /proc/sys/net/ipv4/ip_forward; }
held() { ip -n director -br -4 addr show dev eth0 | tr -s ' '; }
serve one; serve two
on director ipvsadm -A -u 192.0.2.1:53 -s rr
echo '# stopped'
director status dr.conf
echo '# start'
director start dr.conf
director start dr.conf
director status dr.conf
table; held; forward
requests 8
echo '# spoilt'
on director ipvsadm -e -t 10.0.0.10:80 -r 10.0.0.11:80 -g -w 0
director status dr.conf
echo '# stop'
director stop dr.conf
director stop dr.conf
table; held; forward
echo '# nat'
on director sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
director start nat.conf; forward
director stop nat.conf; forward; table
echo '# foreign'
on director ipvsadm -A -t 10.0.0.10:80 -s lc
director start dr.conf
table; held
kill $server_one $server_two
`;

let outcome: GuestOutcome;
const hatop = buildHatop();
beforeAll(async () => {
  outcome = await runGuest({
    files: { 'dr.conf': CONF('DR'), 'nat.conf': CONF('NAT'), 'server.mjs': LAN_SERVER },
    script: script(hatop.run),
    timeoutMs: 200_000,
  });
}, 220_000);
afterAll(() => hatop.remove());

function section(title: string): string[] {
  const text = outcome.output.split(/^# /m).find((one) => one.startsWith(`${title}\n`));
  return text === undefined ? [`no section ${title} in:`, outcome.output] : text.trim().split('\n').slice(1);
}
const log = (): string => `${outcome.output}\n${outcome.files.get('director.log')}`;
const FOREIGN = '-A -u 192.0.2.1:53 -s rr';
const OWN = [
  '-A -t 10.0.0.10:80 -s wrr',
  '-a -t 10.0.0.10:80 -r 10.0.0.11:80 -g -w 1',
  '-a -t 10.0.0.10:80 -r 10.0.0.12:80 -g -w 1',
];
const [ALONE, WITH_VIP] = ['10.0.0.1/24', '10.0.0.1/24 10.0.0.10/32'];
const eth0 = (addresses: string): RegExp => new RegExp(`^eth0@\\S+ UP ${addresses} ?$`);

test('start: address, service and servers; clients are served in turn; no forwarding', () => {
  expect(section('stopped'), log()).toEqual(['stopped', 'exit 3']);
  const seen = section('start');
  expect(seen.slice(0, 6), log()).toEqual([
    'running: 10.0.0.10; 1 service',
    'exit 0',
    'running: 10.0.0.10; 1 service',
    'exit 0',
    'running',
    'exit 0',
  ]);
  expect(seen.slice(6, 10).sort()).toEqual([FOREIGN, ...OWN].sort());
  expect(seen[10]).toMatch(eth0(WITH_VIP));
  expect(seen.slice(12)).toEqual(['4 one', '4 two']);
});

test("status names another's hand", () => {
  expect(section('spoilt'), log()).toEqual([
    'partial',
    '  weight of 10.0.0.11:80 in 10.0.0.10:80/tcp was changed by somebody else: 1 → 0',
    'exit 4',
  ]);
});

test('stop: what was ours is gone, what is foreign stays', () => {
  const seen = section('stop');
  expect(seen.slice(0, 5), log()).toEqual([
    'stopped: what was ours is gone',
    'exit 0',
    'stopped already: nothing of ours is here',
    'exit 0',
    FOREIGN,
  ]);
  expect(seen[5]).toMatch(eth0(ALONE));
  expect(seen[6]).toBe(section('start')[11]);
});

test('NAT: forwarding for as long as it runs', () => {
  expect(section('nat'), log()).toEqual([
    'running: 10.0.0.10; 1 service',
    'exit 0',
    '1',
    'stopped: what was ours is gone',
    'exit 0',
    '0',
    FOREIGN,
  ]);
});

test("a service of somebody else's is refused, and nothing is touched", () => {
  const seen = section('foreign');
  expect(seen[0], log()).toBe('exit 2');
  expect(seen.slice(1, 3).sort()).toEqual(['-A -t 10.0.0.10:80 -s lc', FOREIGN].sort());
  expect(seen[3]).toMatch(eth0(ALONE));
  expect(outcome.files.get('director.log')).toContain(
    "10.0.0.10:80/tcp is in the kernel's table already, and not by us",
  );
});
