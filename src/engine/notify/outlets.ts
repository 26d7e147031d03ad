/** The notify FIFOs and the programs that read them, as the configuration has them now. */
import { after, seconds } from '../../base/time.ts';
import type { GlobalDefs } from '../../conf/model.ts';
import type { NotifyFifo } from '../../conf/notify-model.ts';
import type { Fifo } from '../../ports/fifos.ts';
import type { ServiceHost } from '../../ports/host.ts';
import { sameDefinition } from '../reload/differences.ts';

type Audience = 'all' | 'vrrp' | 'lvs';
/** For a reader to take in what is in the pipe, and end, once nobody writes to it any more. */
const LAST_WORDS = seconds(1);

export interface Outlets {
  /** Opens what is new in the configuration or has changed, and closes what has left it. What has not changed stays open. */
  follow(): Promise<void>;
  write(of: 'vrrp' | 'lvs', line: string): void;
  /** Resolves when the readers have ended, after a second at the latest: then they are told to. */
  close(): Promise<void>;
}

interface Outlet {
  readonly of: Audience;
  readonly settings: NotifyFifo;
  readonly fifo: Fifo;
  end(): Promise<void>;
}

export function createOutlets(
  host: ServiceHost,
  global: () => GlobalDefs,
  complain: (subject: string, text: string) => void,
): Outlets {
  let open: readonly Outlet[] = [];

  function openOne(of: Audience, settings: NotifyFifo): Outlet[] {
    const opened = host.fifos.open(settings.path);
    if (!opened.ok) {
      complain(settings.path, opened.error);
      return [];
    }
    const reader = startReader(settings);
    const end = (): Promise<void> => {
      // First: the end of the pipe is how the reader learns of it.
      opened.value.close();
      return reader();
    };
    return [{ of, settings, fifo: opened.value, end }];
  }

  /** Returns how it is brought to its end. */
  function startReader({ path, script }: NotifyFifo): () => Promise<void> {
    if (!script) return () => Promise.resolve();
    const { scriptUser } = global();
    const user = script.user ?? scriptUser?.user;
    const group = script.user === undefined ? scriptUser?.group : script.group;
    let running = true;
    let ending = false;
    let over: () => void = () => {};
    const stop = host.scripts.run({ argv: [...script.argv, path], user, group }, (result) => {
      running = false;
      over();
      if (ending) return;
      complain(
        path,
        `its reader ${script.argv[0]} has ended (${result.kind === 'exited' ? result.code : result.kind})`,
      );
    });
    return () => {
      ending = true;
      if (!running) return Promise.resolve();
      return new Promise((resolve) => {
        const late = host.alarms.at(after(host.clock.now(), LAST_WORDS), () => {
          stop();
          resolve();
        });
        over = () => {
          late();
          resolve();
        };
      });
    };
  }

  const endAll = (outlets: readonly Outlet[]): Promise<void> =>
    Promise.all(outlets.map((one) => one.end())).then(() => undefined);

  return {
    async follow() {
      const wanted = Object.entries(global().fifos).flatMap(([of, settings]) =>
        settings ? [{ of: of as Audience, settings }] : [],
      );
      const stays = (one: Pick<Outlet, 'of' | 'settings'>) => (other: Pick<Outlet, 'of' | 'settings'>) =>
        one.of === other.of && sameDefinition(one.settings, other.settings);
      const gone = open.filter((one) => !wanted.some(stays(one)));
      const fresh = wanted.filter((one) => !open.some(stays(one)));
      open = open.filter((one) => !gone.includes(one));
      // One of the same path may come back: what made it must have taken it away before.
      const ended = endAll(gone);
      open = [...open, ...fresh.flatMap(({ of, settings }) => openOne(of, settings))];
      await ended;
    },
    write(of, line) {
      for (const one of open) {
        if (one.of !== 'all' && one.of !== of) continue;
        if (!one.fifo.write(line)) complain('', `a FIFO is full, nobody was told: ${line}`);
      }
    },
    close() {
      const closing = open;
      open = [];
      return endAll(closing);
    },
  };
}
