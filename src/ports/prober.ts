import type { NetworkRequest, NetworkResult } from '../check/probe.ts';
import type { Cancel } from './clock.ts';

export type {
  ConnectTarget,
  DnsRequest,
  HttpProbeResult,
  HttpRequest,
  NetworkRequest,
  NetworkResult,
  ProbeFailure,
  SmtpRequest,
  TcpProbeResult,
  UdpRequest,
} from '../check/probe.ts';

/**
 * Asks servers. `done` is called exactly once, never from within the call and never after its cancel, which also
 * closes the connection. The result is of the kind that was asked for, or a failure.
 */
export interface Prober {
  ask(request: NetworkRequest, done: (result: NetworkResult) => void): Cancel;
}
