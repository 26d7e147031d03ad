/** What an engine is made of. */
import type { Configuration } from '../conf/model.ts';
import type { ServiceHost } from '../ports/host.ts';
import type { Intents } from './intents.ts';
import type { Journal } from './journal.ts';
import type { MastershipKeeper } from './mastership.ts';
import type { PeerDoor } from './peers/peer-door.ts';
import type { Reread } from './reload/plan.ts';
import type { RouterPort } from './routers.ts';

export interface EngineIdentity {
  readonly host: string;
  readonly version: string;
  readonly pid: number;
  readonly mode: 'linux' | 'sim';
  /** The configuration file's path. */
  readonly config: string;
}

export interface EngineParts {
  readonly identity: EngineIdentity;
  readonly configuration: Configuration;
  /** Reads the configuration again, for a reload; absent where there is nothing to read. */
  readonly reread?: (() => Reread) | undefined;
  /** For the engine that comes after one that was killed; absent: it begins with an election. */
  readonly mastership?: MastershipKeeper | undefined;
  /** The other hatops; absent: none. */
  readonly peers?: readonly PeerDoor[] | undefined;
  readonly port: RouterPort;
  readonly host: ServiceHost;
  readonly intents: Intents;
  readonly journal: Journal;
}
