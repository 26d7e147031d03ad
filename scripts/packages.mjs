// Installs Debian packages that tests need, and lets none of them start a service.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const POLICY = '/usr/sbin/policy-rc.d';

/** Tries with the package lists that are there, then with fresh ones. What could not be installed is said, not thrown. */
export function install(packages) {
  if (packages.length === 0 || !existsSync('/usr/bin/apt-get')) return;
  console.log(`installing ${packages.join(' ')}`);
  // Debian's hook: 101 forbids every start of a service, so that a fresh keepalived does not run on this machine.
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const argv = ['install', '-y', '-q', '--no-install-recommends', ...packages];
    if (aptGet(argv)) return;
    aptGet(['update', '-q']);
    if (!aptGet(argv)) console.error(`could not install ${packages.join(' ')}`);
  } finally {
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
}

function aptGet(argv) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', argv, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}
