/** The realserver commands' words. Here and on another machine they are the same: `--on` repeats the line there. */
import type { Command } from 'commander';
import { EngineError } from '../control/link.ts';
import { directorCommands } from './director-commands.ts';
import type { RealServerOptions } from './realserver-side.ts';

type Options = RealServerOptions & { readonly on?: string };
type Action = (words: readonly string[], options: RealServerOptions) => number | Promise<number>;

export function realserverCommands(program: Command, stateDir: string): void {
  const realserver = program
    .command('realserver')
    .description(
      'this machine as a real server behind a director (LVS-DR): addresses on lo that ARP does not answer for',
    );
  const verb = (name: string, argument: string, description: string, load: () => Promise<Action>): Command =>
    realserver
      .command(`${name} ${argument}`)
      .description(description)
      .option('--interface <name>', 'the interface that holds the addresses: lo, or one without ARP', 'lo')
      .option('--on <host>', 'on another machine, by ssh')
      .option('--state-dir <dir>', 'where it is written down what was there before', stateDir)
      .action(async (words: string[], options: Options, command: Command) => {
        if (!/^[^\s/]{1,15}$/.test(options.interface)) {
          throw new EngineError(`"${options.interface}" is no name of an interface`, 2);
        }
        process.exitCode = options.on
          ? await there(options.on, name, words, command)
          : await (await load())(words, options);
      });
  verb('start', '<vip...>', 'take packets for the addresses without answering ARP for them', async () => {
    const { realserverStart } = await import('./realserver-start.ts');
    return realserverStart;
  });
  verb('stop', '[vip...]', 'put back what was there before; all addresses where none is named', async () => {
    const { realserverStop } = await import('./realserver-stop.ts');
    return realserverStop;
  });
  verb('status', '[vip...]', '0 running, 3 stopped, 4 partial with what is missing, 1 could not tell', async () => {
    const { realserverStatus } = await import('./realserver-status.ts');
    return realserverStatus;
  }).option('--json', 'as JSON');
  verb(
    'check',
    '[vip...]',
    'would it serve what a director sends? 0 yes, 3 stopped, 4 something is in the way',
    async () => {
      const { realserverCheck } = await import('./realserver-check.ts');
      return realserverCheck;
    },
  )
    .option('--port <port...>', 'the service must listen here: 80, 443/tcp, 53/udp')
    .option('--director <address...>', 'the directors, which must not be the default gateway')
    .option('--json', 'as JSON');
  // The other side of the same wire.
  directorCommands(program, stateDir);
}

/** The same line, with the options that were given, less `--on`. */
async function there(host: string, verb: string, words: readonly string[], command: Command): Promise<number> {
  const { runOn } = await import('./remote.ts');
  const given = command.options.flatMap((option) => {
    const name = option.attributeName();
    if (name === 'on' || command.getOptionValueSource(name) !== 'cli') return [];
    const value: unknown = command.getOptionValue(name);
    if (typeof value === 'boolean') return [option.long ?? ''];
    return (Array.isArray(value) ? value : [value]).flatMap((one) => [option.long ?? '', String(one)]);
  });
  return runOn(host, ['realserver', verb, ...words, ...given]);
}
