/** Where adverts leave from on an interface that carries the virtual addresses of several instances. */
import { expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { addDirector } from '../../src/lab/sim-cluster.ts';
import { createWorld } from '../../src/sim/world.ts';

const ADDRESS = '10.9.0.77';

/** Host addresses below that of the machine: the kernel has them as primary ones. */
const instance = (vrid: number, priority: number): string => `
vrrp_instance VI_${vrid} {
    interface eth0
    virtual_router_id ${vrid}
    priority ${priority}
    advert_int 1
    virtual_ipaddress {
        10.9.0.${vrid}/32
    }
}
`;

test("never from a virtual address, another instance's included", async () => {
  const world = createWorld({ seed: 3 });
  const configuration = instance(1, 200) + instance(2, 100);
  const director = await addDirector(world, { name: 'a', address: ADDRESS, configuration }, 'test');
  const sources = new Set<string>();
  director.link().subscribe((update) => {
    if (update.kind === 'advert' && update.advert.direction === 'sent')
      sources.add(`${update.advert.vrid} ${update.advert.source}`);
  });
  world.run(seconds(15));
  expect([...sources].sort()).toEqual([`1 ${ADDRESS}`, `2 ${ADDRESS}`]);
});
