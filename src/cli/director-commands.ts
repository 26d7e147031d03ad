/** The director commands' words. */
import type { Command } from 'commander';
import { EngineError } from '../control/link.ts';
import type { DirectorOptions } from '../daemon/director.ts';

type Options = DirectorOptions & { readonly readOnly?: boolean; readonly json?: boolean };

export function directorCommands(program: Command, stateDir: string): void {
  const director = program
    .command('director')
    .description('virtual services and their addresses on one box, without VRRP and without checks');
  const verb = (name: 'start' | 'stop' | 'status', description: string): Command =>
    director
      .command(name)
      .description(description)
      .requiredOption('-f, --file <file>', 'the keepalived.conf')
      .option('--interface <name>', 'for addresses that no instance places (the interface that has their network)')
      .option('--state-dir <dir>', 'where it is written down what was there before', stateDir)
      .action(async (options: Options) => {
        if (options.readOnly && name !== 'status') throw new EngineError('read-only: nothing is changed', 4);
        const { directorStart, directorStop, showDirector } = await import('../daemon/director.ts');
        process.exitCode = { start: directorStart, stop: directorStop, status: showDirector }[name](options);
      });
  verb('start', 'addresses, services and real servers of the file; forwarding where NAT needs it');
  verb('stop', 'takes away what start set, and nothing else');
  verb('status', '0 running, 3 stopped, 4 partial with what is missing, 1 could not tell').option('--json', 'as JSON');
}
