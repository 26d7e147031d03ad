/**
 * What a lab leaves behind goes away with its owner, also when the owner is killed with SIGKILL: a small detached shell
 * holds the other end of a pipe, is told what exists, and removes it when the pipe closes, for whatever reason.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Reaper {
  /** A network namespace, with every process that lives in it. */
  namespace(name: string): void;
  /** A process; known again by its start time, so that a reused id harms nobody. */
  process(pid: number): void;
  /** A folder below the system's temporary one. */
  directory(path: string): void;
  /** Removes everything now. Again: nothing. Rejects where something could not be removed. */
  reap(): Promise<void>;
}

// Field 22 of /proc/PID/stat is the start time; the name in field 2 may hold blanks and parentheses, so count from its end.
const SCRIPT = `
trap '' HUP INT TERM QUIT PIPE
namespaces=
processes=
while read -r kind what; do
  case $kind in
    namespace) namespaces="$namespaces $what" ;;
    process) processes="$processes $what" ;;
    directory) set -- "$@" "$what" ;;
  esac
done
end() {
  pid=\${1%:*}
  start=\${1#*:}
  read -r stat 2>/dev/null </proc/$pid/stat || return
  set -- \${stat##*) }
  [ "\${20}" = "$start" ] && kill -KILL "$pid" 2>/dev/null
}
status=0
for process in $processes; do end "$process"; done
for namespace in $namespaces; do
  tries=0
  while pids=$(ip netns pids "$namespace" 2>/dev/null) && [ -n "$pids" ] && [ $tries -lt 100 ]; do
    kill -KILL $pids 2>/dev/null
    tries=$((tries + 1))
    sleep 0.02
  done
  ip netns del "$namespace" 2>/dev/null
  [ -e "/run/netns/$namespace" ] && status=1
done
[ $# -eq 0 ] || rm -rf -- "$@" || status=1
exit $status
`;

export function startReaper(startTimeOf = startTime): Reaper {
  const told: string[] = [];
  let shell: ChildProcess | undefined = startShell();
  const tell = (line: string): void => {
    if (line.includes('\n')) throw new RangeError(`a name with a line break cannot be reaped: ${JSON.stringify(line)}`);
    told.push(line);
    shell?.stdin?.write(`${line}\n`);
  };
  return {
    namespace: (name) => tell(`namespace ${name}`),
    process: (pid) => tell(`process ${pid}:${startTimeOf(pid) ?? 'gone'}`),
    directory: (path) => tell(`directory ${path}`),
    async reap() {
      const current = shell;
      shell = undefined;
      if (!current) return;
      // Somebody may have killed the shell: then another one, told the same again, does its work.
      const code = current.exitCode === null && current.signalCode === null ? await finish(current) : await again(told);
      if (code !== 0) throw new Error(`not everything of the lab could be removed: ${told.join(', ')}`);
    },
  };
}

/** The kernel's start time of a process, in clock ticks since boot; undefined where it has ended. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

function startShell(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'hatop-lab-reaper'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.stdin?.on('error', () => {});
  shell.unref();
  return shell;
}

function finish(shell: ChildProcess): Promise<number | null> {
  shell.ref();
  shell.stdin?.end();
  return new Promise((resolve) => shell.once('exit', resolve));
}

function again(told: readonly string[]): Promise<number | null> {
  const shell = startShell();
  for (const line of told) shell.stdin?.write(`${line}\n`);
  return finish(shell);
}
