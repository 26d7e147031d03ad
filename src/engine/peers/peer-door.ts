/** How the engine reaches the engines of its peers; the daemon opens it by ssh, the simulator in this process. */
import type { PeerSession } from '../../control/peer-session.ts';

export interface PeerDoor {
  readonly name: string;
  /** What is run or dialled, for status: `ssh root@10.0.0.2`. */
  readonly where: string;
  /** `ended` is called once, with the reason, unless it was closed before. */
  open(ended: (reason: string) => void): PeerSession;
}
