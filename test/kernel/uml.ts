/**
 * A kernel with IPVS as an ordinary process: Debian's user-mode-linux on the host's own file system, 2 s to boot.
 * The guest's root is the host's, so a job writes below its own folder only; /run and /var/lib are its own.
 * The guest loads its modules by itself (perl and finit_module), so that the host needs no kmod.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KERNEL = '/usr/bin/linux.uml';
const MEMORY_MB = 1024;
const MODULES = '/usr/lib/uml/modules';
// From the repository's root, where tests and benches run: a bench is bundled, and stands elsewhere.
const NODE_MODULES = join(process.cwd(), 'node_modules');
const WANTED = [
  ...['ipv6', 'veth', 'macvlan', 'dummy', 'bridge', 'ip_vs'],
  ...['rr', 'wrr', 'lc', 'wlc', 'sh', 'mh', 'dh', 'lblc', 'lblcr', 'sed', 'nq', 'fo', 'ovf', 'pe_sip'].map(
    (name) => `ip_vs_${name}`,
  ),
];

export interface GuestJob {
  /** Run by sh as root, in the job's folder, which is `$JOB`. */
  readonly script: string;
  /** Name → content, laid into the job's folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Real milliseconds for boot and job together; then everything is killed. */
  readonly timeoutMs?: number;
}

export interface GuestOutcome {
  /** Of the script. */
  readonly status: number;
  /** stdout and stderr of the script. */
  readonly output: string;
  /** What the script left in its folder under `name`; empty where it left nothing. */
  readonly files: ReadonlyMap<string, string>;
}

/** What this machine lacks for the kernel tier, as a sentence that says what to do; undefined where it lacks nothing. */
export function whyNoGuest(): string | undefined {
  if (!existsSync(KERNEL)) return `${KERNEL} is missing: apt-get install user-mode-linux`;
  if (!existsSync(MODULES)) return `${MODULES} is missing: reinstall user-mode-linux`;
  if (!existsSync('/usr/bin/perl'))
    return 'perl is missing (it loads the modules of the guest): apt-get install perl-base';
  if (needsWholeArea() && !compiler()) {
    return 'this CPU has AMX, which linux.uml cannot handle without test/kernel/xstate-area.c, and there is no cc: apt-get install gcc libc6-dev';
  }
  return undefined;
}

/** Boots, runs, powers off. Throws where the guest could not boot or did not finish in time, with its console's end. */
export async function runGuest(job: GuestJob): Promise<GuestOutcome> {
  const why = whyNoGuest();
  if (why) throw new Error(`the kernel tier cannot run: ${why}`);
  const folder = mkdtempSync(join(tmpdir(), 'hatop-uml-'));
  try {
    for (const [name, content] of Object.entries(job.files ?? {})) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'job.sh'), job.script);
    writeFileSync(join(folder, 'init.sh'), initScript(folder), { mode: 0o755 });
    const console = await boot(folder, job.timeoutMs ?? 120_000);
    const files = new Map(
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(folder, entry.name), 'utf8')]),
    );
    const status = files.get('status');
    if (status === undefined) throw new Error(`the guest did not finish its job.\n${ending(files, console)}`);
    return { status: Number(status), output: files.get('output') ?? '', files };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ending = (files: ReadonlyMap<string, string>, console: string): string =>
  `${files.get('output') ?? ''}\n--- console ---\n${console.slice(-2000)}`;

function boot(folder: string, timeoutMs: number): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: memoryFolder() };
  if (needsWholeArea()) env.LD_PRELOAD = buildWholeArea(folder);
  const guest = spawn(
    KERNEL,
    [
      ...[`mem=${MEMORY_MB}M`, 'rootfstype=hostfs', 'rootflags=/', 'rw', `uml_dir=${folder}/uml`],
      ...[`init=${folder}/init.sh`, 'con=null', 'con0=fd:0,fd:1', 'quiet'],
    ],
    // A group of its own: the guest's processes are processes here, and must end with it.
    { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return new Promise((resolve, reject) => {
    let console = '';
    let late = false;
    for (const stream of [guest.stdout, guest.stderr]) stream.on('data', (data) => (console += data));
    const timer = setTimeout(() => {
      late = true;
      endGroup(guest.pid);
    }, timeoutMs);
    guest.on('error', reject);
    guest.on('close', () => {
      clearTimeout(timer);
      if (!late) return resolve(console);
      const output = existsSync(join(folder, 'output')) ? readFileSync(join(folder, 'output'), 'utf8') : '';
      reject(
        new Error(`the guest was killed after ${timeoutMs} ms.\n${output}\n--- console ---\n${console.slice(-2000)}`),
      );
    });
  });
}

/** Where the guest's memory lies, as a sparse file that is mapped executable: in memory where that will do. */
function memoryFolder(): string {
  const usable = /^\S+ \/dev\/shm tmpfs (?!\S*noexec)/m.test(readFileSync('/proc/mounts', 'utf8'));
  if (!usable) return tmpdir();
  const { bavail, bsize } = statfsSync('/dev/shm');
  return bavail * bsize > MEMORY_MB * 2 ** 20 ? '/dev/shm' : tmpdir();
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in this very moment.
  }
}

const initScript = (folder: string): string => `#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run LANG=C.UTF-8 JOB=${folder} NODE_PATH=${NODE_MODULES}
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
perl -e 'for (@ARGV) { open(F, "<", $_) or die "$_: $!\\n"; syscall(313, fileno(F), my $none = "", 0) == 0 or die "$_: $!\\n" }' ${modulePaths().join(' ')}
ip link set lo up
cd ${folder}
sh ./job.sh >output 2>&1 </dev/null
echo $? >status
echo o >/proc/sysrq-trigger
sleep 10
`;

/** The wanted modules with all they depend on, each after its dependencies. */
function modulePaths(): string[] {
  const version = execFileSync(KERNEL, ['--version'], { encoding: 'utf8' }).trim();
  const base = join(MODULES, version);
  const dependencies = new Map<string, string[]>();
  for (const line of readFileSync(join(base, 'modules.dep'), 'utf8').trim().split('\n')) {
    const [path = '', rest = ''] = line.split(':');
    dependencies.set(path, rest.split(' ').filter(Boolean));
  }
  const ordered = new Set<string>();
  for (const name of WANTED) {
    const path = [...dependencies.keys()].find((candidate) => candidate.endsWith(`/${name}.ko`));
    if (path === undefined) throw new Error(`${base} has no module ${name}`);
    // modules.dep names the nearest dependency first.
    for (const dependency of [...(dependencies.get(path) ?? [])].reverse()) ordered.add(join(base, dependency));
    ordered.add(join(base, path));
  }
  return [...ordered];
}

const needsWholeArea = (): boolean => / amx_tile( |$)/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
const compiler = (): string | undefined => ['/usr/bin/cc', '/usr/bin/gcc', '/usr/bin/clang'].find(existsSync);

/** Builds test/kernel/xstate-area.c and returns its path. */
function buildWholeArea(folder: string): string {
  const library = join(folder, 'xstate-area.so');
  const source = join(process.cwd(), 'test/kernel/xstate-area.c');
  execFileSync(compiler() ?? 'cc', ['-O2', '-shared', '-fPIC', '-o', library, source]);
  return library;
}
