/** The command line's table: each command's words and options, and the file that does it, loaded when it runs. */
import { Command, CommanderError, Option } from 'commander';
import { cleanLines } from '../control/clean.ts';
import { EngineError } from '../control/link.ts';
import type { Verb } from '../control/operations.ts';
import { exitSoon } from './exit-soon.ts';
import { realserverCommands } from './realserver-commands.ts';
import { VERSION } from './version.ts';

export const DEFAULT_SOCKET = '/run/hatop/hatop.sock';
export const DEFAULT_HATOP_CONF = '/etc/hatop/hatop.conf';
export const DEFAULT_STATE_DIR = '/var/lib/hatop';

const socketOption = (): Option =>
  new Option('--socket <path>', 'the control socket').default(DEFAULT_SOCKET).env('HATOP_SOCKET');

const dataPlaneOption = (): Option =>
  new Option('--data-plane <name>', 'what balances; auto: IPVS where the kernel has it, else nftables').choices([
    'auto',
    'ipvs',
    'nftables',
  ]);

/** Runs one command line; sets the exit code as cli.md has it. */
export async function runProgram(args: readonly string[]): Promise<void> {
  let unwritten = false;
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // The reader went away (`hatop status | head`): nothing is wrong with us, and an operation goes on.
    if (code === 'EPIPE') return;
    unwritten = true;
    process.exitCode ||= 1;
    process.stderr.write(`hatop: cannot write the answer: ${code}\n`);
  });
  // Nobody reads the explanation: the exit code has to do.
  process.stderr.on('error', () => {});
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
  } catch (error) {
    process.exitCode = explain(error);
  }
  if (unwritten) process.exitCode ||= 1;
}

/** Says what went wrong on standard error; returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof EngineError) {
    process.stderr.write(`hatop: ${cleanLines(error.message)}\n`);
    return error.exitCode;
  }
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`hatop: ${cleanLines(words)}\n`);
  return 1;
}

export function createProgram(): Command {
  const program = new Command('hatop')
    .description('Runs and shows a Linux HA pair: VRRP, virtual services, health checks, from a keepalived.conf.')
    .version(`hatop ${VERSION}`, '-V, --version', 'print the version')
    .showHelpAfterError('(hatop --help lists the commands)')
    .enablePositionalOptions()
    .exitOverride();
  program
    .addOption(socketOption())
    .option('--read-only', 'look, change nothing (the engine enforces it)')
    .action(async (options) => {
      const { openConsole } = await import('./console.ts');
      process.exitCode = await openConsole(options);
      exitSoon();
    });
  // `hatop --socket S status` means what `hatop status --socket S` does; --read-only holds for every command.
  program.hook('preAction', (_, command) => {
    const { socket, readOnly } = program.opts();
    if (command === program) return;
    if (program.getOptionValueSource('socket') === 'cli' && command.getOptionValueSource('socket') !== 'cli') {
      command.setOptionValue('socket', socket);
    }
    command.setOptionValue('readOnly', readOnly === true);
  });
  engineCommands(program);
  operatorCommands(program);
  lookingCommands(program);
  lonelyCommands(program);
  realserverCommands(program, DEFAULT_STATE_DIR);
  return program;
}

function engineCommands(program: Command): void {
  program
    .command('run')
    .description('run the engine in the foreground; SIGHUP reloads, SIGTERM stops gracefully')
    .requiredOption('-f, --file <file>', 'the keepalived.conf')
    .option('--state-dir <dir>', 'journal and intents', DEFAULT_STATE_DIR)
    .addOption(dataPlaneOption())
    .option('--hatop-conf <file>', "what is hatop's alone; by default it need not be there", DEFAULT_HATOP_CONF)
    .option('--dry-run', 'check the configuration, say what would be run, and stop')
    .addOption(socketOption())
    .action(async (options, command: Command) => {
      const { run } = await import('../daemon/run.ts');
      const hatopConfNamed = command.getOptionValueSource('hatopConf') === 'cli';
      process.exitCode = await run({ ...options, hatopConfNamed, version: VERSION });
      // The addresses are off; a thread that hangs must not keep the process.
      if (!options.dryRun) process.exit();
    });
  program
    .command('demo')
    .description('a cluster to play with, and the console on it')
    .addOption(new Option('--sim', 'in the simulator').conflicts('netns'))
    .option('--netns', 'in network namespaces (root)')
    .addOption(dataPlaneOption().conflicts('sim'))
    .option('--headless <seconds>', 'print the trace instead of drawing, for so long', positive)
    .action(async (options) => {
      const { demo } = await import('./demo.ts');
      process.exitCode = await demo(options);
      exitSoon();
    });
}

function operatorCommands(program: Command): void {
  const operation = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--dry-run', 'show the plan and stop')
      .option('--yes', 'do it without asking')
      .option('--reason <text>', 'for the journal')
      .option('--json', 'the plan or the result as JSON')
      .addOption(socketOption());
  const instance = (name: Verb, description: string): Command =>
    operation(`${name} <instance>`, description).action(async (target, options) => {
      const { operate } = await import('./operate.ts');
      process.exitCode = await operate({ verb: name, target }, options);
    });
  const server = (name: 'drain' | 'enable' | 'offline' | 'kick', description: string): Command =>
    operation(`${name} <realserver>`, description)
      .option('--service <service>', 'only in this service (ADDRESS:PORT/tcp)')
      .action(async (target, options) => {
        const { operate } = await import('./operate.ts');
        process.exitCode = await operate({ verb: name, target, service: options.service }, options);
      });
  instance('failover', 'hand the instance over by silent push; on a backup: take it over')
    .option('--to <peer>', "who shall take over: a linked peer's name, or an address")
    .option('--lease <time>', 'how long this node stays in standby, and with --to the other one pinned (30m)')
    .option('--immediate', 'give the addresses up at once; they come back if nobody takes them');
  instance('failback', 'take the instance home to this node');
  instance('standby', 'priority 1, never preempts, still rescues').option('--lease <time>', 'for how long (30m)');
  instance('activate', 'take part as configured again');
  instance('maintenance', 'out of the election, addresses forbidden; hands over first; needs --reason')
    .option('--lease <time>', 'for how long (until it is activated)')
    .option('--force', 'also where no other live node is known');
  instance('pin', 'keep (or take) it here with priority 254').option('--lease <time>', 'for how long (30m)');
  instance('unpin', 'end a pin');
  instance('force-master', 'master here, whoever else claims it: risks a split brain; needs --reason').option(
    '--lease <time>',
    'how long it stays pinned (30m)',
  );
  const ends = (command: Command): Command =>
    command
      .option('--timeout <time>', 'how long to wait for its connections: 90s, 10m, 2h')
      .addOption(new Option('--on-timeout <what>', 'with what is left then (keep)').choices(['keep', 'force']));
  ends(server('drain', 'no new connections; what is there goes on')).option(
    '--hard',
    'end persistence too (not there yet)',
  );
  ends(server('offline', 'drain, and leave the table when nothing is left'));
  server('kick', 'end what a drain left: out of the table at once (needs a reason)');
  server('enable', 'back to its weight');
  operation('reload', 'read the configuration again, without an election').action(async (options) => {
    const { reload } = await import('./reload.ts');
    process.exitCode = await reload(options);
  });
  operation('weight <realserver> <value>', 'set a weight: 3, 50%, +10, = (as configured)')
    .option('--service <service>', 'only in this service (ADDRESS:PORT/tcp)')
    .action(async (target, value, options) => {
      const { operate } = await import('./operate.ts');
      process.exitCode = await operate({ verb: 'weight', target, value, service: options.service }, options);
    });
}

function lookingCommands(program: Command): void {
  program
    .command('status')
    .description('instances, services, real servers')
    .option('--json', 'the snapshot (schemaVersion 1)')
    .addOption(socketOption())
    .action(async (options) => {
      const { status } = await import('./status.ts');
      process.exitCode = await status(options);
    });
  program
    .command('wallboard')
    .description('the charts: adverts, connections, mastership, availability; q leaves')
    .addOption(socketOption())
    .action(async (options) => {
      const { openConsole } = await import('./console.ts');
      process.exitCode = await openConsole({ ...options, wallboard: true });
      exitSoon();
    });
  program
    .command('relay')
    .description("the engine's socket on standard input and output, for: ssh HOST hatop relay")
    .addOption(socketOption())
    .action(async (options) => {
      const { relay } = await import('./relay.ts');
      process.exitCode = await relay(options);
    });
  program
    .command('why <target>')
    .description('one sentence on an instance, a BFD session, a real server or data-plane, and what would change it')
    .addOption(socketOption())
    .action(async (target, options) => {
      const { why } = await import('./why.ts');
      process.exitCode = await why(target, options);
    });
  program
    .command('events')
    .description('the journal')
    .option('--json', 'one JSON object a line')
    .option('--limit <n>', 'how many', positive, 50)
    .addOption(socketOption())
    .action(async (options) => {
      const { events } = await import('./events.ts');
      process.exitCode = await events(options);
    });
}

/** These need no engine. */
function lonelyCommands(program: Command): void {
  program
    .command('adverts')
    .description('advertisements as they pass, decoded; needs no engine')
    .option('-i, --interface <name>', 'only on this interface')
    .option('--count <n>', 'end after so many', positive)
    .option('--json', 'one JSON object a line')
    .action(async (options) => {
      const { adverts } = await import('./adverts.ts');
      process.exitCode = await adverts(options);
    });
  program
    .command('digest <url>')
    .description("the MD5 that a check's digest expects; needs no engine")
    .option('--virtualhost <name>', 'the host to ask for')
    .option('--timeout <seconds>', 'how long to wait', positive, 5)
    .action(async (url, options) => {
      const { digest } = await import('./digest.ts');
      process.exitCode = await digest(url, options);
    });
  const config = program.command('config').description('the configuration language');
  config
    .command('check [file]')
    .description('0 clean, 1 warnings only, 2 errors')
    .option('--json', 'the diagnostics as JSON')
    .action(async (file, options) => {
      const { configCheck } = await import('./config.ts');
      const out = (text: string): unknown => process.stdout.write(text);
      const errOut = (text: string): unknown => process.stderr.write(text);
      process.exitCode = configCheck(file ?? '/etc/keepalived/keepalived.conf', options, out, errOut);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new EngineError(`"${text}" is not a whole number above 0`, 2);
  return value;
}
