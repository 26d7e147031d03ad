// Runs the tests tier by tier: node scripts/tiers.mjs quick|all
//
// quick: unit. all: unit, netns (network namespaces: root), kernel (a kernel with ip_vs as a process: user-mode-linux).
// A tier that cannot run here is named with its reason; HATOP_REQUIRE_ALL=1 makes that, and every skipped test, a
// failure. As root, missing Debian packages are installed. What failed of a privileged tier is run once more, alone
// (run-tier.mjs). A tier must pass at least what test/minimum.json says.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './build.mjs';
import { leftovers, namespaces } from './leftovers.mjs';
import { install } from './packages.mjs';
import { judgeTier, vitestOf } from './run-tier.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const isRoot = process.geteuid?.() === 0;
const required = process.env.HATOP_REQUIRE_ALL === '1';
// Every process of the run inherits it, so that what is left behind can be told from anybody else's.
const runMark = `HATOP_TEST_RUN=${randomUUID()}`;
process.env.PATH = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);
process.chdir(root);

/** Programs a tier needs, and the Debian packages that have them. */
const TIERS = {
  unit: { programs: {}, privileged: false },
  netns: {
    programs: {
      ip: 'iproute2',
      sysctl: 'procps',
      keepalived: 'keepalived',
      tcpdump: 'tcpdump',
      tmux: 'tmux',
      curl: 'curl',
      nft: 'nftables',
      ethtool: 'ethtool',
      // For what is preloaded into keepalived (test/netns/ipvs-shim.c).
      cc: 'gcc',
      '/usr/include/stdio.h': 'libc6-dev',
    },
    privileged: true,
  },
  kernel: {
    programs: {
      'linux.uml': 'user-mode-linux',
      perl: 'perl-base',
      ipvsadm: 'ipvsadm',
      keepalived: 'keepalived',
      ip: 'iproute2',
      curl: 'curl',
      // On a CPU with AMX, linux.uml runs only with a small library of ours, which is compiled for it (test/kernel/uml.ts).
      ...(hasAmx() ? { cc: 'gcc', '/usr/include/stdio.h': 'libc6-dev' } : {}),
    },
    privileged: true,
  },
};

function hasAmx() {
  return existsSync('/proc/cpuinfo') && readFileSync('/proc/cpuinfo', 'utf8').includes('amx_tile');
}

/** By its name in PATH, or as a file. */
function isInstalled(program) {
  if (program.startsWith('/')) return existsSync(program);
  return process.env.PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const missingOf = (tier) => Object.entries(TIERS[tier].programs).filter(([program]) => !isInstalled(program));

/** Why a tier cannot run here; undefined where it can. */
function obstacle(tier) {
  if (!TIERS[tier].privileged) return undefined;
  if (!isRoot) return 'it needs root';
  const missing = missingOf(tier);
  if (missing.length > 0)
    return `not installed: ${missing.map(([program, name]) => `${program} (${name})`).join(', ')}`;
  return tier === 'netns' ? namespaceObstacle() : undefined;
}

function namespaceObstacle() {
  const name = `hatop-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  const wired =
    made.status === 0
      ? spawnSync('ip', ['-n', name, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'], { encoding: 'utf8' })
      : made;
  spawnSync('ip', ['netns', 'del', name]);
  return wired.status === 0 ? undefined : `no network namespaces with veth here: ${wired.stderr.trim()}`;
}

const counts = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

async function main(which) {
  const tiers = which === 'all' ? Object.keys(TIERS) : ['unit'];
  const minimum = JSON.parse(readFileSync('test/minimum.json', 'utf8'));
  const total = { passed: 0, failed: 0, skipped: 0 };
  const summary = [];
  const problems = [];
  await bundle();
  if (isRoot) install([...new Set(tiers.flatMap((tier) => missingOf(tier).map(([, name]) => name)))]);
  const before = namespaces();
  const folder = mkdtempSync(join(tmpdir(), 'hatop-tiers-'));
  for (const tier of tiers) {
    const why = obstacle(tier);
    if (why !== undefined) {
      summary.push(`${tier}: left out, ${why}`);
      if (required) problems.push(`the tier ${tier} did not run: ${why}`);
      continue;
    }
    const started = performance.now();
    const mark = Object.fromEntries([runMark.split('=')]);
    const result = judgeTier(vitestOf(tier, folder, mark), TIERS[tier].privileged);
    for (const key of Object.keys(total)) total[key] += result[key];
    summary.push(`${tier}: ${counts(result)} (${Math.round((performance.now() - started) / 1000)} s)`);
    for (const { name, first } of result.again) summary.push(`  run a second time: ${relative(root, name)} (${first})`);
    if (result.failed > 0) problems.push(`the tier ${tier} has failures`);
    if (required && result.skipped > 0) problems.push(`the tier ${tier} skipped ${result.skipped} tests`);
    if (which === 'all' && result.passed < (minimum[tier] ?? 0)) {
      problems.push(
        `the tier ${tier} passed ${result.passed} tests, fewer than the ${minimum[tier]} of test/minimum.json`,
      );
    }
  }
  rmSync(folder, { recursive: true, force: true });
  problems.push(...(await leftovers(before, runMark)).map((what) => `left behind: ${what}`));
  console.log(`\n${[...summary, ...problems.map((problem) => `FAILED: ${problem}`)].join('\n')}`);
  console.log(`tests: ${counts(total)}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

const which = process.argv[2];
if (which === 'quick' || which === 'all') await main(which);
else {
  console.error('usage: node scripts/tiers.mjs quick|all');
  process.exitCode = 2;
}
