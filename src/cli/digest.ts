/** `hatop digest URL`: the MD5 that HTTP_GET's and SSL_GET's `digest` expects. Asks as the check does; equal to genhash. */
import { lookup } from 'node:dns/promises';
import { parseIp } from '../base/ip.ts';
import { milliseconds } from '../base/time.ts';
import { EngineError } from '../control/link.ts';
import { createProber } from '../linux/prober.ts';
import type { HttpRequest, NetworkResult } from '../ports/prober.ts';

export interface DigestOptions {
  readonly virtualhost?: string;
  /** Seconds. */
  readonly timeout: number;
}

export async function digest(text: string, options: DigestOptions): Promise<number> {
  const request = await requestFor(text, options);
  const result = await new Promise<NetworkResult>((done) => createProber().ask({ kind: 'http', ...request }, done));
  if (result.kind !== 'response') {
    const detail = 'detail' in result ? `: ${result.detail}` : '';
    throw new EngineError(`${text}: ${result.kind}${detail}`, 1);
  }
  process.stdout.write(`${result.md5}\n`);
  if (result.status < 200 || result.status > 299) {
    process.stderr.write(`hatop: the answer is HTTP ${result.status}: without its own status_code the check fails\n`);
  }
  if (result.shortBy) process.stderr.write(`hatop: the body is ${result.shortBy} bytes shorter than it says\n`);
  return 0;
}

/** A name in the URL becomes the Host header, and the name in the TLS greeting. */
async function requestFor(text: string, { virtualhost, timeout }: DigestOptions): Promise<HttpRequest> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new EngineError(`"${text}" is not a URL like http://192.0.2.21/health`, 2);
  }
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const literal = parseIp(host);
  const name = virtualhost ?? (literal === undefined ? url.host : undefined);
  const address = literal ?? parseIp((await lookUp(host)).address);
  if (address === undefined) throw new EngineError(`${host} has no address`, 1);
  return {
    address,
    port: Number(url.port) || (secure ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    virtualHost: name,
    timeout: milliseconds(timeout * 1000),
    ...(secure && { tls: { serverName: name?.replace(/:\d+$/, '') } }),
  };
}

async function lookUp(host: string): Promise<{ address: string }> {
  try {
    return await lookup(host);
  } catch (error) {
    throw new EngineError(`${host}: ${(error as NodeJS.ErrnoException).code}`, 1);
  }
}
