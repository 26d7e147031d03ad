/**
 * The way to another hatop: the system's ssh to its `hatop relay` (or a command from hatop.conf), with the keys,
 * known_hosts and configuration that root has for ssh. What it says is bounded, and its last line is the reason when it ends.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex, Transform } from 'node:stream';
import type { PeerConf } from '../conf/peer.ts';
import { createFrameGuard } from '../control/frame-guard.ts';
import { openPeerSession } from '../control/peer-session.ts';
import type { PeerDoor } from '../engine/peers/peer-door.ts';

const REASON_MAX = 200;
/** Of what is said on stderr, the end of which is the reason. */
const HEARD_MAX = 4 * REASON_MAX;
const KILL_AFTER_MS = 2000;
/** No question can be asked; a host that is gone is found in 15 s even where its engine's silence does not show it. */
const SSH_OPTIONS = [
  'BatchMode=yes',
  'ConnectTimeout=10',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  // A connection that is shared would outlive us.
  'ControlPath=none',
];

export function peerDoor({ name, reach }: Pick<PeerConf, 'name' | 'reach'>, version: string): PeerDoor {
  const argv = commandOf(reach);
  const where = reach.kind === 'ssh' ? `ssh ${reach.host}` : argv.join(' ');
  return {
    name,
    where,
    open(ended) {
      const [file = '', ...words] = argv;
      const child = spawn(file, words, { stdio: ['pipe', 'pipe', 'pipe'], cwd: '/' });
      // Where the descriptors have run out there is a child, but no way to it, and its complaint comes later.
      if (!child.stdin || !child.stdout || !child.stderr) {
        child.on('error', () => {});
        throw new Error(`cannot run ${file}: no descriptors left`);
      }
      let said = '';
      let odd: string | undefined;
      let closed = false;
      child.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString('utf8')).slice(-HEARD_MAX);
      });
      child.stderr.on('error', () => {});
      const stream = Duplex.from({
        readable: child.stdout.pipe(guarded((text) => (odd = text))),
        writable: child.stdin,
      });
      const session = openPeerSession(stream, version, where);
      const end = (reason: string): void => {
        if (closed) return;
        closed = true;
        session.close();
        terminate(child);
        ended(reason);
      };
      stream.on('error', () => odd !== undefined && end(odd));
      child.on('error', ({ message }) => end(`cannot run ${file}: ${message}`));
      child.on('close', (code, signal) => end(odd ?? (lastLine(said) || `${file} ended (${signal ?? code})`)));
      return {
        ...session,
        close() {
          closed = true;
          session.close();
          terminate(child);
        },
      };
    },
  };
}

export function commandOf(reach: PeerConf['reach']): readonly string[] {
  if (reach.kind === 'command') return reach.argv;
  const options = SSH_OPTIONS.flatMap((option) => ['-o', option]);
  // ssh hands one line to a shell there.
  const socket = reach.socket === undefined ? '' : ` --socket '${reach.socket.replaceAll("'", `'\\''`)}'`;
  return ['ssh', '-T', ...options, '--', reach.host, `hatop relay${socket}`];
}

/** Passes what it gets, until it is none of ours. */
function guarded(complain: (text: string) => void): Transform {
  const look = createFrameGuard();
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const complaint = look(chunk);
      if (complaint === undefined) return done(null, chunk);
      complain(complaint);
      done(new Error(complaint));
    },
  });
}

/** Without control characters, for it ends up on a terminal. */
function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? '')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '')
    .trim()
    .slice(0, REASON_MAX);
}

function terminate(child: ChildProcessWithoutNullStreams): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  late.unref();
  child.once('exit', () => clearTimeout(late));
}
