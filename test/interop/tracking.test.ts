/** What hatop tracks, beside a keepalived 2.2.7 that tracks the same: the master is whoever the sums make it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProcess } from '../../src/lab/process.ts';
import type { Stack } from './director.ts';
import { type Machine, type Side, twoLans } from './two-lans.ts';

const VIP = '10.9.0.100';
const fileOf = ({ folder, side }: Machine): string => join(folder, `${side}-number`);

const conf = (machine: Machine, priority: number): string => `global_defs {
    script_user root
}
track_file load {
    file ${fileOf(machine)}
    weight 2 reverse
}
vrrp_script up {
    script "/bin/true"
    interval 1
    weight 7 reverse
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${priority}
    advert_int 1
    virtual_ipaddress {
        ${VIP}/24
    }
    track_file {
        load
    }
    track_script {
        up
    }
}
`;

describe.concurrent('tracked alike', () => {
  test.for<Readonly<Record<Side, Stack>>>([
    { a: 'hatop', b: 'keepalived' },
    { a: 'keepalived', b: 'hatop' },
  ])('%o: a number in a file moves mastership, and back', async (stacks, { onTestFinished }) => {
    const { a, b, settled } = await twoLans(onTestFinished);
    for (const machine of [a, b]) writeFileSync(fileOf(machine), '0\n');
    await Promise.all([a.start(stacks.a, conf(a, 150)), b.start(stacks.b, conf(b, 120))]);
    await settled({ [VIP]: 'a' });
    // 150 − 7 − 40 against 120 − 7.
    writeFileSync(fileOf(a), '20\n');
    await settled({ [VIP]: 'b' });
    const ours = stacks.a === 'hatop' ? a : b;
    const { priority } = (await ours.status()).instances[0]!;
    expect(priority.terms).toContainEqual({ source: 'script up', value: -7 });
    expect(priority.effective).toBe(ours === a ? 103 : 113);
    writeFileSync(fileOf(a), '0\n');
    await settled({ [VIP]: 'a' });
  });

  test('a process that ends is a fault, and its return the way out', async ({ onTestFinished }) => {
    const { a, b, settled } = await twoLans(onTestFinished);
    for (const machine of [a, b]) writeFileSync(fileOf(machine), '0\n');
    const wanted = ['sleep', `98${process.pid}`];
    const tracked = conf(a, 150)
      .replace('vrrp_instance', `vrrp_track_process worker {\n    process ${wanted.join(' ')}\n}\nvrrp_instance`)
      .replace('    track_file {', '    track_process {\n        worker\n    }\n    track_file {');
    const worker = startProcess(wanted, { namespace: a.namespace });
    await Promise.all([a.start('hatop', tracked), b.start('keepalived', conf(b, 120))]);
    await settled({ [VIP]: 'a' });
    await worker.crash();
    await settled({ [VIP]: 'b' });
    expect((await a.status()).instances[0]?.faults).toEqual(['process worker: 0 running, wanted 1']);
    const again = startProcess(wanted, { namespace: a.namespace });
    await settled({ [VIP]: 'a' });
    await again.crash();
  });
});
