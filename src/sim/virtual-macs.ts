/** Interfaces with a virtual MAC on a simulated machine. All that there are were made by our program. */
import { err, ok } from '../base/result.ts';
import type { VirtualMacs } from '../ports/virtual-macs.ts';
import type { Kernel } from './kernel.ts';

export function createVirtualMacs(kernel: Kernel): VirtualMacs {
  return {
    make({ name, parent, mac }) {
      const there = kernel.links.find(name);
      if (there && (there.mac !== mac || kernel.macvlans.get(name)?.parent !== parent)) {
        return err(`interface ${name} exists already and has the MAC ${there.mac}, not ${mac}`);
      }
      if (there) return ok('present');
      if (!kernel.links.find(parent)) return err(`interface ${parent} does not exist`);
      kernel.addMacvlan(name, parent, mac);
      return ok('made');
    },
    setUp(name, up) {
      if (!kernel.links.find(name)) return err(`set ${name} ${up ? 'up' : 'down'}: ENODEV`);
      kernel.setLink(name, up);
      return ok(undefined);
    },
    keepOnly(kept) {
      const isKept = (name: string): boolean =>
        kept.some((one) => one.name === name && one.mac === kernel.links.find(name)?.mac);
      const removed = [...kernel.macvlans.keys()].filter((name) => !isKept(name));
      for (const name of removed) kernel.removeInterface(name);
      return { removed, problems: [] };
    },
  };
}
