import type { ConnectTarget, HttpProbeResult, HttpRequest, TcpProbeResult } from '../check/probe.ts';
import type { Cancel } from './clock.ts';

export type { ConnectTarget, HttpProbeResult, HttpRequest, ProbeFailure, TcpProbeResult } from '../check/probe.ts';

/**
 * Asks servers. `done` is called exactly once, never from within the call and never after its cancel, which also
 * closes the connection.
 */
export interface Prober {
  tcp(target: ConnectTarget, done: (result: TcpProbeResult) => void): Cancel;
  /** HTTP/1.0 GET, `User-Agent: KeepAliveClient`. The body is kept up to 1 MiB. */
  http(request: HttpRequest, done: (result: HttpProbeResult) => void): Cancel;
}
