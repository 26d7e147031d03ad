import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { runGuest } from './uml.ts';

test('the guest has IPVS, network namespaces and node, and gives back status, output and files', async () => {
  const outcome = await runGuest({
    files: { 'answer.js': 'console.log(6 * 7)' },
    script: `
      node answer.js
      ip netns add other && ip link add v0 type veth peer name v1 netns other
      ipvsadm -A -t 192.0.2.1:80 -s wrr
      ipvsadm-save -n | tee table
      exit 3`,
  });
  expect(outcome.output).toBe('42\n-A -t 192.0.2.1:80 -s wrr\n');
  expect(outcome.files.get('table')).toBe('-A -t 192.0.2.1:80 -s wrr\n');
  expect(outcome.status).toBe(3);
});

test('a job that never ends is killed, with everything in the guest, and its folder goes', async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('hatop-uml-'));
  // What runs in the guest is a process here too, under the name of the kernel.
  const guests = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).match(/hatop-uml-/g)?.length ?? 0;
  const before = { folders: folders(), guests: guests() };
  const run = runGuest({ script: 'echo started; sleep 4711', timeoutMs: 6000 });
  await vi.waitFor(() => expect(guests()).toBeGreaterThan(before.guests), 5000);
  await expect(run).rejects.toThrow(/after 6000 ms\.\nstarted/);
  await vi.waitFor(() => expect({ folders: folders(), guests: guests() }).toEqual(before), 5000);
});
