/** Two gateways between two LANs, hatop and keepalived 2.2.7: the addresses of a sync group are never on different nodes. */
import { describe, expect, test } from 'vitest';
import type { OperationResult } from '../../src/control/operations.ts';
import type { Stack } from './director.ts';
import { type OnFinished, type Side, type TwoLans, twoLans } from './two-lans.ts';

const VIPS = ['10.9.0.100', '10.9.1.100'] as const;

const conf = (side: Side): string => `global_defs {
    script_user root
}
vrrp_sync_group G {
    group {
        INSIDE
        OUTSIDE
    }
}
${[0, 1]
  .map(
    (n) => `vrrp_instance ${n === 0 ? 'INSIDE' : 'OUTSIDE'} {
    state BACKUP
    interface eth${n}
    virtual_router_id ${51 + n}
    priority ${side === 'a' ? 200 : 100}
    advert_int 1
    virtual_ipaddress {
        ${VIPS[n]}/24
    }
}
`,
  )
  .join('')}`;

async function gateways(
  stacks: Readonly<Record<Side, Stack>>,
  onFinished: OnFinished,
): Promise<TwoLans & { both(on: Side): Promise<void> }> {
  const lans = await twoLans(onFinished);
  // b first, so that a has heard it.
  await lans.b.start(stacks.b, conf('b'));
  const both = (on: Side): Promise<void> => lans.settled({ [VIPS[0]]: on, [VIPS[1]]: on });
  await both('b');
  await lans.a.start(stacks.a, conf('a'));
  await both('a');
  return { ...lans, both };
}

describe.concurrent('a sync group', () => {
  test.for<Readonly<Record<Side, Stack>>>([
    { a: 'hatop', b: 'keepalived' },
    { a: 'keepalived', b: 'hatop' },
  ])('%o: one link down moves both addresses, and both come home', async (stacks, { onTestFinished }) => {
    const { a, both } = await gateways(stacks, onTestFinished);
    a.ip('link', 'set', 'eth1', 'down');
    await both('b');
    a.ip('link', 'set', 'eth1', 'up');
    await both('a');
  });

  test('planned failover and failback move both in one tick, beside keepalived', async ({ onTestFinished }) => {
    const { a, both } = await gateways({ a: 'hatop', b: 'keepalived' }, onTestFinished);
    const operate = async (verb: string): Promise<OperationResult> => {
      const { stdout, stderr } = await a.hatop(verb, 'INSIDE', '--yes', '--json');
      expect(stdout, stderr).toContain('"result"');
      return JSON.parse(stdout) as OperationResult;
    };
    const away = await operate('failover');
    expect(away).toMatchObject({ target: 'G', result: expect.stringMatching(/^OK/) });
    console.log(`failover: ${away.text}`);
    await both('b');
    expect((await a.status()).instances.map(({ admin }) => admin)).toEqual(['standby', 'standby']);
    const home = await operate('failback');
    expect(home).toMatchObject({ target: 'G', result: expect.stringMatching(/^OK/) });
    console.log(`failback: ${home.text}`);
    await both('a');
  });
});
