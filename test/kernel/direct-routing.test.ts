/** hatop run on a director with real IPVS, clients and servers: what clients see, and what the kernel says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildHatop } from './hatop.ts';
import { LAN_SERVER, LAN_SETUP } from './lan.ts';
import { type GuestOutcome, runGuest } from './uml.ts';

// Alone on its LAN and the owner: master at once. Its interval is what a slow guest has to start the engine again in.
const CONF = `
global_defs {
  lvs_sync_daemon eth0 inst VI_1 id 7
  lvs_timeouts tcp 7200 udp 200
}
vrrp_instance VI_1 {
  state MASTER
  interface eth0
  virtual_router_id 51
  priority 255
  advert_int 20
  virtual_ipaddress {
    10.0.0.10/24
  }
}
virtual_server 10.0.0.10 80 {
  delay_loop 1
  lb_algo wrr
  lb_kind DR
  protocol TCP
  real_server 10.0.0.11 80 {
    weight 3
    HTTP_GET {
      url {
        path /
        status_code 200
      }
      connect_timeout 2
      retry 1
      delay_before_retry 1
    }
  }
  real_server 10.0.0.12 80 {
    weight 1
    TCP_CHECK {
      connect_timeout 2
      retry 1
      delay_before_retry 1
    }
  }
}
`;

const script = (hatop: string): string => `
${LAN_SETUP}
engine() { # starts hatop; its pid is in $engine
  ip netns exec director ${hatop} run -f $JOB/hatop.conf --state-dir /run/state --socket /run/hatop.sock >>hatop.log 2>&1 &
  engine=$!
}
has_vip() { ip -n director -br addr show dev eth0 | grep -q 10.0.0.10/; }
no_vip() { ! has_vip; }
operate() { on director ${hatop} "$@" --yes --socket /run/hatop.sock; }
more_than() { [ $(wc -l <kept) -gt $1 ]; }
daemons() { on director ipvsadm -Ln --daemon; }
goes_on() { until_true $1 more_than $(wc -l <kept) && echo 'the open connection goes on'; }
connections() { # of the service, since it was made
  on director ipvsadm -Ln --stats --exact | awk '$2 == "10.0.0.10:80" { print $3 }'
}
serve one; serve two

echo '# start'
engine
until_true 15 has_vip; until_true 10 in_table 11; until_true 10 in_table 12
table
daemons; on director ipvsadm -Ln --timeout
echo '# shares'
requests 40

echo '# a server stops'
kill $server_two; wait $server_two 2>/dev/null
until_true 15 not_in_table 12; table
requests 8
echo '# a server comes back'
serve two
until_true 15 in_table 12; table

echo '# drain'
ip netns exec client curl -sN http://10.0.0.10/stream >kept &
kept=$!
until_true 5 test -s kept
stays=$(head -1 kept)
[ $stays = one ] && octet=11 || octet=12
operate drain 10.0.0.$octet >drain.log 2>&1; echo "status $?"
table
requests 8 | sed "s/ $stays$/ drained/; s/ o..$/ other/; s/ t..$/ other/"
goes_on 1
operate enable 10.0.0.$octet >enable.log 2>&1; echo "status $?"
table

echo '# killed'
on director ipvsadm -A -u 10.0.0.99:53 -s rr
on director ipvsadm -a -u 10.0.0.99:53 -r 10.0.0.12 -m -w 7
kill -KILL $engine; wait $engine 2>/dev/null
counted=$(connections)
table
requests 4
echo '# restarted'
# Every change of the table's shape, and of the addresses, from now on is a line of its own.
ip -n director -o -4 monitor address >addresses &
listener=$!
( last=; while :; do now=$(ip netns exec director ipvsadm-save -n | md5sum); [ "$now" = "$last" ] || echo "$now"; last=$now; sleep 0.1; done ) >shapes &
watch=$!
engine
until_true 15 on director test -S /run/hatop.sock; sleep 5
kill $watch $listener; wait $watch $listener 2>/dev/null
echo "shapes $(wc -l <shapes), changes of addresses $(wc -l <addresses)"
table
[ $(connections) -ge $((counted + 4)) ] && echo 'the counters go on'
goes_on 20
requests 4
echo '# stopped'
kill $kept
kill $engine; wait $engine; echo "status $?"
until_true 5 no_vip
table; daemons
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
const ONE = '-a -t 10.0.0.10:80 -r 10.0.0.11:80 -g -w 3';
const TWO = '-a -t 10.0.0.10:80 -r 10.0.0.12:80 -g -w 1';
const FOREIGN = ['-A -u 10.0.0.99:53 -s rr', '-a -u 10.0.0.99:53 -r 10.0.0.12:53 -m -w 7'];
const section = (title: string): string[] => sections.get(title) ?? [`no section ${title} in:`, outcome.output];
const logs = (): string => `${outcome.output}\n${outcome.files.get('hatop.log')}`;

test('the director takes the address and fills the table, sends its connections, and has the timeouts asked for', () => {
  expect(section('start'), logs()).toEqual([
    ...[SERVICE, ONE, TWO],
    expect.stringMatching(/^master sync daemon \(mcast=eth0, syncid=7,/),
    'Timeout (tcp tcpfin udp): 7200 120 200',
  ]);
});

test('clients are shared 3:1 by direct routing', () => {
  expect(section('shares'), logs()).toEqual(['30 one', '10 two']);
});

test('a server that stops leaves the table, and clients do not notice', () => {
  expect(section('a server stops'), logs()).toEqual([SERVICE, ONE, '8 one']);
});

test('a server that is back is in the table again', () => {
  expect(section('a server comes back'), logs()).toEqual([SERVICE, ONE, TWO]);
});

test('a drained server keeps its open connection and gets no new one', () => {
  const [first, ...lines] = section('drain');
  const drained = lines.findIndex((line) => line.endsWith('-w 0'));
  expect([first, lines[drained]?.replace(/10\.0\.0\.1[12]/, 'X')], logs()).toEqual([
    'status 0',
    '-a -t 10.0.0.10:80 -r X:80 -g -w 0',
  ]);
  expect(lines.slice(3), logs()).toEqual(['8 other', 'the open connection goes on', 'status 0', SERVICE, ONE, TWO]);
});

describe('killed and started again', () => {
  test('without the engine the kernel goes on', () => {
    expect(section('killed'), logs()).toEqual([SERVICE, ONE, TWO, ...FOREIGN, '3 one', '1 two']);
  });

  test('address and services are adopted as they are: no flap, counters and connections go on, the foreign one is left alone', () => {
    expect(section('restarted'), logs()).toEqual([
      'shapes 1, changes of addresses 0',
      ...[SERVICE, ONE, TWO, ...FOREIGN],
      'the counters go on',
      'the open connection goes on',
      '3 one',
      '1 two',
    ]);
  });

  test('a stop takes along what is ours and nothing else', () => {
    expect(section('stopped'), logs()).toEqual(['status 0', ...FOREIGN]);
  });
});
