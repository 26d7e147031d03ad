/** A master of version 3, priority 100, over both families, and every hostile advertisement that the reference has. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { $ } from 'zx';
import { ip } from '../../src/base/ip.ts';
import { connectEngine } from '../../src/control/client.ts';
import type { AdvertObservation, JournalEvent } from '../../src/control/link.ts';
import type { InstanceSnapshot } from '../../src/control/snapshot.ts';
import { buildLab, type NetnsLab } from '../../src/lab/namespaces.ts';
import { startProcess } from '../../src/lab/process.ts';
import { bundled } from '../netns/bundled.ts';
import { poll } from '../poll.ts';
import { director } from './director.ts';
import { mac } from './hostile-adverts.ts';
import { type Believed, believedCases, type Case, refusedCases, type Target } from './hostile-cases.ts';
import { INTERVAL, VIPS, VRID } from './hostile-packets.ts';

const FAMILIES = [4, 6] as const;
type Family = (typeof FAMILIES)[number];
const SOON = { timeout: 15_000, interval: 20 };

const conf = FAMILIES.map(
  (family) => `vrrp_instance VI_${family} {
    version 3
    interface eth0
    virtual_router_id ${VRID}
    priority 100
    advert_int ${INTERVAL / 1000}
    virtual_ipaddress {
        ${VIPS[family].map((address) => `${address}/${family === 4 ? 24 : 64}`).join('\n        ')}
    }
}
`,
).join('');

interface World {
  readonly targets: Readonly<Record<Family, Target>>;
  readonly heard: readonly AdvertObservation[];
  readonly transitions: readonly JournalEvent[];
  inject(cases: readonly Case[]): void;
  instance(family: Family): Promise<InstanceSnapshot>;
}

async function world(): Promise<World> {
  const program = await bundled('test/interop/injector.ts');
  const lab = await buildLab();
  onTestFinished(() => lab.remove());
  const folder = await mkdtemp(join(tmpdir(), 'hatop-hostile-'));
  lab.reaper.directory(folder);
  const targets = await targetsOf(lab);
  const router = director(lab, folder, 'a', 'hatop', {}, { whole: conf });
  await router.start();
  const link = await connectEngine({ path: router.socket, version: 'test', readOnly: true });
  onTestFinished(() => link.close());
  const heard: AdvertObservation[] = [];
  const transitions: JournalEvent[] = [];
  link.subscribe((update) => {
    if (update.kind === 'advert' && update.advert.direction === 'received') heard.push(update.advert);
    if (update.kind === 'event' && update.event.kind === 'transition') transitions.push(update.event);
  });
  const instance = async (family: Family): Promise<InstanceSnapshot> =>
    (await link.snapshot()).instances.find(({ name }) => name === `VI_${family}`)!;
  const states = () => Promise.all(FAMILIES.map(async (family) => (await instance(family)).state));
  await poll(states, SOON).toEqual(['master', 'master']);
  const { namespace } = lab.nodes.client;
  const injector = startProcess([process.execPath, program, lab.interface], { namespace });
  onTestFinished(async () => void (await injector.stop()));
  await injector.waitFor(/ready/, SOON.timeout);
  return {
    targets,
    heard,
    transitions,
    instance,
    inject: (cases) => injector.write(cases.map(({ frame }) => Buffer.from(frame).toString('hex')).join(' ')),
  };
}

async function targetsOf(lab: NetnsLab): Promise<Record<Family, Target>> {
  const { namespace } = lab.nodes.a;
  const { stdout } = await $({ quiet: true })`ip -j -n ${namespace} address show dev ${lab.interface}`;
  const [card] = JSON.parse(stdout) as { address: string; addr_info: { local: string; scope: string }[] }[];
  const local = card!.addr_info.find(({ scope }) => scope === 'link')!.local;
  return {
    4: { address: lab.nodes.a.address, mac: mac(card!.address) },
    6: { address: ip(local), mac: mac(card!.address) },
  };
}

test('what is malformed or foreign changes nothing, and is counted under its name', async () => {
  const { targets, heard, inject, instance, transitions } = await world();
  const before = transitions.length;
  for (const family of FAMILIES) {
    const cases = refusedCases(family, targets[family]);
    inject(cases);
    const verdictOf = ({ source }: Case): string => heard.find((one) => one.source === source)?.verdict ?? 'unheard';
    const wrong = (): string[] =>
      cases.flatMap(({ counted, ...one }) => {
        const verdict = verdictOf(one);
        const right = counted === null ? ['unheard', 'vrid', 'length'].includes(verdict) : verdict === counted;
        return right ? [] : [`${one.name}: ${verdict}, not ${counted ?? 'unheard'}`];
      });
    await poll(wrong, SOON).toEqual([]);
    const tally: Record<string, number> = {};
    for (const { counted } of cases) if (counted) tally[counted] = (tally[counted] ?? 0) + 1;
    await poll(async () => (await instance(family)).adverts.discarded, SOON).toEqual(tally);
    expect(await instance(family)).toMatchObject({
      state: 'master',
      reason: expect.stringMatching(/no advertisement/),
    });
  }
  expect(transitions.slice(before).map(({ text }) => text)).toEqual([]);
});

test('what is valid counts: a greater one makes it yield, and what is odd about it is counted under its name', async () => {
  const { targets, heard, transitions, inject, instance } = await world();
  const byFamily = FAMILIES.map((family) => believedCases(family, targets[family]));
  // What it does not yield to may come at once; the others one after the other, both families beside each other.
  const yielding = byFamily.map((cases) => cases.filter(({ becomes }) => becomes === 'backup'));
  const rounds = [byFamily.flat().filter(({ becomes }) => becomes === 'master')];
  for (const i of yielding[0]!.keys()) rounds.push(yielding.flatMap((cases) => cases[i] ?? []));
  for (const cases of rounds) {
    const [heardBefore, before] = [heard.length, transitions.length];
    inject(cases);
    await poll(() => cases.filter((one) => !came(one)).map(({ name }) => name), SOON).toEqual([]);
    function came({ name, source, becomes }: Believed): boolean {
      const valid = heard.slice(heardBefore).some((one) => one.source === source && one.verdict === 'valid');
      const subject = `VI_${name.slice(3, 4)}`;
      const texts = transitions.slice(before).flatMap((event) => (event.subject === subject ? [event.text] : []));
      if (becomes === 'master') return valid && texts.length === 0;
      const [yielded = '', back = ''] = texts;
      return valid && yielded.startsWith(`master → backup: ${source} advertises`) && back.startsWith('backup → master');
    }
  }
  for (const [i, family] of FAMILIES.entries()) {
    const notes = byFamily[i]!.flatMap(({ note }) => note ?? []);
    const tally = Object.fromEntries([...new Set(notes)].map((note) => [note, notes.filter((n) => n === note).length]));
    await poll(async () => (await instance(family)).adverts.discarded, SOON).toEqual(tally);
    await poll(async () => (await instance(family)).state, SOON).toBe('master');
  }
});
