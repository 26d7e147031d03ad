/** BFD with a keepalived 2.2.7 that has the same bfd_instances: IPv4 and IPv6, found dead, back again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { BfdSessionSnapshot, Snapshot } from '../../src/control/snapshot.ts';
import { type Machine, type Side, twoLans } from './two-lans.ts';

const VIP = '10.9.0.100';
const VIP6 = 'fd09::100';
const OTHER = { a: '2', b: '1' } as const;
const OURS = { a: '1', b: '2' } as const;

/** 20 packets a second: detection time 250 ms, and no feat on a busy machine. */
const bfd = (side: Side): string => `bfd_instance four {
    neighbor_ip 10.9.0.${OTHER[side]}
    source_ip 10.9.0.${OURS[side]}
    min_rx 50
    min_tx 50
}
bfd_instance six {
    neighbor_ip fd09::${OTHER[side]}
    source_ip fd09::${OURS[side]}
    min_rx 50
    min_tx 50
    hoplimit 255
}
`;

const vrrp = (name: string, n: number, vip: string, priority: number, track: string): string => `vrrp_instance ${name} {
    version 3
    interface eth${n}
    virtual_router_id ${51 + n}
    priority ${priority}
    advert_int 0.1
    virtual_ipaddress {
        ${vip}
    }
    ${track}
}
`;
const conf = (side: Side, priority: number, track: boolean): string =>
  bfd(side) +
  vrrp('VI_1', 0, `${VIP}/24`, priority, track ? 'track_bfd {\n four weight -30\n }' : '') +
  vrrp('VI_6', 1, `${VIP6}/64`, priority, track ? 'track_bfd {\n six\n }' : '');

const stateOf = ({ bfd, instances }: Snapshot): string =>
  [...(bfd?.sessions ?? []), ...instances].map(({ name, state }) => `${name} ${state}`).join(', ');

const shows = (machine: Machine, wanted: string): Promise<Snapshot> =>
  vi.waitFor(
    async () => {
      const snapshot = await machine.status();
      if (stateOf(snapshot) !== wanted) throw new Error(`wanted ${wanted}: ${JSON.stringify(snapshot, null, 1)}`);
      return snapshot;
    },
    { timeout: 30_000, interval: 100 },
  );

const sessionsOf = ({ bfd }: Snapshot): BfdSessionSnapshot[] => bfd?.sessions ?? [];

test('sessions come up, a neighbour that falls silent is found, and is back', async ({ onTestFinished }) => {
  const { a, b, settled } = await twoLans(onTestFinished);
  for (const machine of [a, b]) {
    machine.ip('address', 'add', `fd09::${OURS[machine.side]}/64`, 'dev', 'eth1', 'nodad');
  }
  const [hatop, keepalived] = await Promise.all([
    a.start('hatop', conf('a', 150, true)),
    b.start('keepalived', conf('b', 130, false)),
  ]);
  const up = await shows(a, 'four up, six up, VI_1 master, VI_6 master');
  await Promise.all(
    ['four', 'six'].map((name) => keepalived.waitFor(new RegExp(`\\(${name}\\) Entering Up state`, 'i'))),
  );
  for (const session of sessionsOf(up)) {
    expect(session).toMatchObject({ usable: true, transmitMs: 50, detectionMs: 250, remote: { state: 'up' } });
    expect(session.packets.dropped).toEqual({});
  }

  const capture = await b.exec('tcpdump', '-nvc', '2', '-i', 'eth0', 'src 10.9.0.1 and udp dst port 3784');
  const [, port] =
    /tos 0xc0, ttl 255,.*\s+10\.9\.0\.1\.(\d+) > .*BFDv1.*\s+Control, State Up/.exec(capture.stdout) ?? [];
  expect(Number(port)).toBeGreaterThanOrEqual(49_152);

  // keepalived's VRRP goes on, its BFD does not: the frozen process answers no packet.
  const pid = Number(readFileSync(join(b.folder, 'b.bfd.pid'), 'utf8'));
  process.kill(pid, 'SIGSTOP');
  const down = await shows(a, 'four down, six down, VI_1 backup, VI_6 fault');
  for (const { reason, diagnostic } of sessionsOf(down)) {
    expect(diagnostic).toBe('control detection time expired');
    const silent = Number(/^nothing heard for (\d+) ms$/.exec(reason)?.[1]);
    expect(silent).toBeGreaterThanOrEqual(250);
    expect(silent).toBeLessThan(3000);
  }
  expect(down.instances[0]?.priority).toEqual({
    base: 150,
    effective: 120,
    terms: [{ source: 'bfd four', value: -30 }],
  });
  expect(down.instances[1]?.faults[0]).toMatch(/^BFD session six is down: nothing heard for \d+ ms$/);
  await settled({ [VIP]: 'b', [VIP6]: 'b' });
  expect((await a.hatop('why', 'six')).stdout).toMatch(
    /^BFD session six to fd09::2 is down: nothing heard for \d+ ms;/,
  );

  process.kill(pid, 'SIGCONT');
  await shows(a, 'four up, six up, VI_1 master, VI_6 master');
  await settled({ [VIP]: 'a', [VIP6]: 'a' });

  // A stranger's packet has crossed no router, but its TTL does not prove it.
  const send = "const s=require('dgram').createSocket('udp4');s.send(Buffer.alloc(24),3784,'10.9.0.1',()=>s.close())";
  await b.exec(process.execPath, '-e', send);
  await vi.waitFor(async () => expect(sessionsOf(await a.status())[0]?.packets.dropped).toEqual({ ttl: 1 }), 15_000);
  const events = (await a.hatop('events')).stdout;
  expect(events).toMatch(/four.*BFD up[\s\S]*four.*BFD down: nothing heard[\s\S]*four.*BFD up/);

  await hatop.stop();
  await keepalived.waitFor(/\(four\) Entering Down state .*Remote diagnostic - .*Admin/i);
});
