/**
 * Health checks over node's own sockets. Requests are written by hand: keepalived asks in HTTP/1.0 by default, and
 * servers (and their logs) are to see no difference; node:http can only speak 1.1.
 */
import { readFile } from 'node:fs';
import type { Cancel } from '../ports/clock.ts';
import type { NetworkRequest, NetworkResult, Prober } from '../ports/prober.ts';
import { probeDns, probePing, probeUdp } from './probe-datagram.ts';
import { probeHttp, probeSmtp, probeTcp } from './probe-tcp.ts';

export function createProber(): Prober {
  return { ask };
}

function ask(request: NetworkRequest, done: (result: NetworkResult) => void): Cancel {
  switch (request.kind) {
    case 'tcp':
      return probeTcp(request, done);
    case 'http':
      return probeHttp(request, done);
    case 'ping':
      return probePing(request, done);
    case 'udp':
      return probeUdp(request, done);
    case 'dns':
      return probeDns(request, done);
    case 'smtp':
      return probeSmtp(request, done);
    case 'file':
      return readNumber(request.path, done);
  }
}

const longestFile = 128;

function readNumber(path: string, done: (result: NetworkResult) => void): Cancel {
  let cancelled = false;
  readFile(path, (error, data) => {
    if (cancelled) return;
    if (error) done({ kind: 'unreadable', detail: error.code ?? error.message });
    else done({ kind: 'text', text: data.toString('utf8', 0, longestFile) });
  });
  return () => {
    cancelled = true;
  };
}
