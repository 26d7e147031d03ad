/** A robot at the console of a director with real IPVS: D, W and E are checked in the kernel's table, then on the screen. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHatop } from './hatop.ts';
import { LAN_SERVER, LAN_SETUP } from './lan.ts';
import { type GuestOutcome, runGuest } from './uml.ts';

const CONF = `
vrrp_instance VI_1 {
  state MASTER
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.0.0.10/24
  }
}
virtual_server 10.0.0.10 80 {
  delay_loop 5
  lb_algo wrr
  lb_kind DR
  protocol TCP
  real_server 10.0.0.11 80 {
    weight 3
    TCP_CHECK {
      connect_timeout 2
    }
  }
  real_server 10.0.0.12 80 {
    weight 1
    TCP_CHECK {
      connect_timeout 2
    }
  }
}
`;

// `y` counts only when the plan has been on the screen for 300 ms: the pause is the operator's reading.
const script = (hatop: string): string => `
${LAN_SETUP}
export LANG=C.UTF-8 LC_ALL=C.UTF-8 TERM=screen-256color TMUX_TMPDIR=/run
terminal() { tmux -L robot -f /dev/null "$@"; }
screen() { terminal capture-pane -p; }
shows() { screen | grep -Eq "$1"; }
weight_is() { table | grep -q -- "-r 10.0.0.11:80 -g -w $1$"; }
has_vip() { ip -n director -br addr show dev eth0 | grep -q 10.0.0.10/; }
confirm() { # key, what the plan says
  terminal send-keys "$1"
  until_true 20 shows "$2"; until_true 20 shows 'y does it'
  sleep 3
  terminal send-keys y
}
serve one; serve two
ip netns exec director ${hatop} run -f $JOB/hatop.conf --state-dir /run/state --socket /run/hatop.sock >hatop.log 2>&1 &
engine=$!
until_true 20 has_vip; until_true 20 weight_is 3; until_true 20 in_table 12
terminal new-session -d -x 80 -y 24 "${hatop} --socket /run/hatop.sock 2>console.log"
until_true 40 shows 'MASTER +VI_1'
terminal send-keys 3; terminal send-keys j
until_true 20 shows '▶ +● UP +10.0.0.11'

echo '# drain'
confirm D 'Drain 10.0.0.11:80'
until_true 20 weight_is 0
table
requests 8
until_true 20 shows 'DRAIN +10.0.0.11:80 +0/3 +0' && echo 'on the screen'

echo '# enable'
confirm E 'Enable 10.0.0.11:80'
until_true 20 weight_is 3
table
until_true 20 shows 'UP +10.0.0.11:80 +3/3 +3' && echo 'on the screen'

echo '# failover with nobody there'
terminal send-keys 1
confirm F 'Fail over VI_1'
until_true 30 shows 'ROLLED_BACK'
has_vip && echo 'the address stays'
requests 8

echo '# left'
terminal send-keys q
gone() { ! terminal has-session; }
until_true 20 gone
gone 2>/dev/null && echo 'the console has ended'
weight_is 3 && has_vip && echo 'the engine goes on'
kill $engine; wait $engine
`;

let outcome: GuestOutcome;
let sections: Map<string, string[]>;
const hatop = buildHatop();

beforeAll(async () => {
  outcome = await runGuest({
    files: { 'hatop.conf': CONF, 'server.mjs': LAN_SERVER },
    script: script(hatop.run),
    timeoutMs: 200_000,
  });
  sections = new Map(
    outcome.output.split(/^# /m).map((text) => {
      const [title = '', ...lines] = text.trim().split('\n');
      return [title, lines];
    }),
  );
}, 220_000);
afterAll(() => hatop.remove());

const SERVICE = '-A -t 10.0.0.10:80 -s wrr';
const one = (weight: number): string => `-a -t 10.0.0.10:80 -r 10.0.0.11:80 -g -w ${weight}`;
const TWO = '-a -t 10.0.0.10:80 -r 10.0.0.12:80 -g -w 1';
const section = (title: string): string[] => sections.get(title) ?? [`no section ${title} in:`, outcome.output];
const logs = (): string => `${outcome.output}\n${outcome.files.get('hatop.log')}\n${outcome.files.get('console.log')}`;

test('D and y: the kernel gives the server no new connections', () => {
  expect(section('drain'), logs()).toEqual([SERVICE, one(0), TWO, '8 two', 'on the screen']);
});

test('E and y: the kernel has its weight again', () => {
  expect(section('enable'), logs()).toEqual([SERVICE, one(3), TWO, 'on the screen']);
});

test('F and y with nobody there: rolled back, and the clients are served', () => {
  expect(section('failover with nobody there'), logs()).toEqual(['the address stays', '6 one', '2 two']);
});

test('q leaves the console, not the engine', () => {
  expect(section('left'), logs()).toEqual(['the console has ended', 'the engine goes on']);
});
