/** Start and stop of a director without VRRP, in phases. What others put into the kernel's table is never touched. */
import { familyOf } from '../../base/ip.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { diff } from '../../ipvs/reconcile.ts';
import { serviceName, type TableDump, type TableOperation } from '../../ipvs/types.ts';
import type { MachineView, Step } from '../../realserver/machine.ts';
import { freeLabel, hostPrefix, labelsInUse, presentParts } from '../../realserver/plan.ts';
import { type AddedAddress, type ChangedSetting, type ChangeRecord, emptyRecord } from '../../realserver/record.ts';
import type { DirectorWant } from './want.ts';

export type Phase =
  | { readonly kind: 'machine'; readonly steps: readonly Step[] }
  | { readonly kind: 'table'; readonly operations: readonly TableOperation[] };

const machine = (steps: readonly Step[]): Phase => ({ kind: 'machine', steps });

/** Record, forwarding, services, addresses: nobody is sent here before there is a service. In words where it cannot be. */
export function planDirectorStart(
  view: MachineView,
  dump: TableDump,
  record: ChangeRecord,
  want: DirectorWant,
): Result<Phase[], string> {
  const wrong = whyNot(view, dump, record, want);
  if (wrong !== undefined) return err(wrong);
  const settings = changedSettings(view, record, want);
  const addresses = addedAddresses(view, record, want);
  const gone = record.addresses.filter((one) => !addresses.some(({ address }) => address === one.address));
  const services = want.services.map(serviceName);
  const wide = {
    ...record,
    settings,
    addresses: [...addresses, ...gone],
    services: [...new Set([...record.services, ...services])],
  };
  const missing = addresses.filter((one) => !isOn(view, one));
  const phases: Phase[] = [
    machine([
      { kind: 'record', record: wide },
      ...settings.flatMap(({ path, wrote }): Step[] =>
        view.settings.get(path) === wrote ? [] : [{ kind: 'set', path, value: wrote }],
      ),
    ]),
    { kind: 'table', operations: diff(want.services, dump, new Set(record.services)) },
    machine([
      ...missing.map(
        ({ interface: name, address, prefix, label }): Step => ({
          kind: 'add-address',
          interface: name,
          address,
          prefix,
          label,
        }),
      ),
      ...gone.flatMap((entry) => presentParts(view, entry)),
      { kind: 'record', record: { ...wide, addresses, services } },
    ]),
  ];
  return ok(phases);
}

function whyNot(view: MachineView, dump: TableDump, record: ChangeRecord, want: DirectorWant): string | undefined {
  const foreign = want.services.find(
    (service) =>
      dump.some((entry) => serviceName(entry) === serviceName(service)) &&
      !record.services.includes(serviceName(service)),
  );
  if (foreign) {
    return `${serviceName(foreign)} is in the kernel's table already, and not by us: it is left alone; remove it (ipvsadm -D) or take it out of the file`;
  }
  const elsewhere = want.addresses.flatMap(({ address, interface: name }) =>
    view.addresses.filter((held) => held.address === address && held.interface !== name),
  )[0];
  return elsewhere && `${elsewhere.address} is on ${elsewhere.interface} already: remove it there first`;
}

function changedSettings(view: MachineView, record: ChangeRecord, { forwarding }: DirectorWant): ChangedSetting[] {
  const fresh = forwarding.flatMap((path) => {
    const value = view.settings.get(path);
    const known = record.settings.some((one) => one.path === path);
    return known || value === '1' ? [] : [{ path, before: value ?? '0', wrote: '1' }];
  });
  return [...record.settings, ...fresh];
}

/** Addresses that are there by hand are used, and stay at the end. */
function addedAddresses(view: MachineView, record: ChangeRecord, { addresses }: DirectorWant): AddedAddress[] {
  return addresses.flatMap(({ interface: name, address, prefix, label }) => {
    const known = record.addresses.find((one) => one.address === address && one.interface === name);
    if (known) return [known];
    if (isOn(view, { interface: name, address })) return [];
    const named =
      label ??
      (prefix === hostPrefix(address) && familyOf(address) === 4
        ? freeLabel(address, name, labelsInUse(view, record, name))
        : undefined);
    return [
      {
        interface: name,
        address,
        prefix,
        ...(named === undefined ? {} : { label: named }),
        addressOurs: true,
        routeOurs: false,
      },
    ];
  });
}

const isOn = (view: MachineView, { interface: name, address }: Pick<AddedAddress, 'interface' | 'address'>): boolean =>
  view.addresses.some((held) => held.address === address && held.interface === name);

/** Addresses, services, settings, each as far as it is ours. */
export function planDirectorStop(view: MachineView, dump: TableDump, record: ChangeRecord): Phase[] {
  return [
    machine(record.addresses.flatMap((entry) => presentParts(view, entry))),
    { kind: 'table', operations: diff([], dump, new Set(record.services)) },
    machine([
      ...record.settings.flatMap(({ path, before, wrote }): Step[] =>
        view.settings.get(path) === wrote ? [{ kind: 'set', path, value: before }] : [],
      ),
      { kind: 'record', record: emptyRecord(record.life) },
    ]),
  ];
}
