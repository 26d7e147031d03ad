/** A socket that cannot be opened is a fault of those that send by it, also where a reload makes them do so. */
import { expect, test, vi } from 'vitest';
import { err } from '../../src/base/result.ts';
import { seconds } from '../../src/base/time.ts';
import { addDirector } from '../../src/lab/sim-cluster.ts';
import { osError } from '../../src/ports/os-error.ts';
import { createWorld } from '../../src/sim/world.ts';
import { settle } from './support.ts';

const conf = (type: 'PASS' | 'AH'): string => `
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 1
    authentication {
        auth_type ${type}
        auth_pass secret
    }
    virtual_ipaddress {
        10.9.0.100/24
    }
}
`;

async function withoutAhSocket(type: 'PASS' | 'AH') {
  const world = createWorld({ seed: 3 });
  const addNode = world.addNode;
  vi.spyOn(world, 'addNode').mockImplementation((spec) => {
    const node = addNode(spec);
    const { sockets } = node.host;
    const open = sockets.open;
    vi.spyOn(sockets, 'open').mockImplementation((options, receive) =>
      options.protocol === 'ah' ? err(osError('EMFILE', 'socket')) : open(options, receive),
    );
    return node;
  });
  const a = await addDirector(world, { name: 'a', address: '10.9.0.1', configuration: conf(type) }, 'test');
  world.run(seconds(6));
  return {
    instance: () => a.engine.snapshot().instances[0]!,
    async reload(to: 'PASS' | 'AH') {
      a.rewrite(conf(to));
      await settle(world, a.link().operate({ verb: 'reload', target: '' }));
      world.run(seconds(6));
    },
  };
}

const DUMB = { state: 'fault', faults: [expect.stringContaining('EMFILE')] };
const WELL = { state: 'master', faults: [] };

test('from AH to PASS: the fault ends with its cause', async () => {
  const { instance, reload } = await withoutAhSocket('AH');
  expect(instance()).toMatchObject(DUMB);
  await reload('PASS');
  expect(instance()).toMatchObject(WELL);
});

test('from PASS to AH: no master that nobody hears', async () => {
  const { instance, reload } = await withoutAhSocket('PASS');
  expect(instance()).toMatchObject(WELL);
  await reload('AH');
  expect(instance()).toMatchObject(DUMB);
});
