import type { StatusRange, UrlConfig } from './config.ts';
import { formatDuration, type Judgement, judgeFailure } from './judge.ts';
import type { ConnectTarget, HttpProbeResult } from './probe.ts';

type Response = Extract<HttpProbeResult, { kind: 'response' }>;

const defaultStatusCodes: readonly StatusRange[] = [{ from: 200, to: 299 }];

/**
 * HTTP_GET: the status has to be one of the configured codes, and the body's MD5 the digest where there is one. A body
 * shorter than announced is judged by what came, as keepalived 2.2.7 does; the reason says so.
 */
export function judgeHttp(url: UrlConfig, target: Pick<ConnectTarget, 'timeout'>, result: HttpProbeResult): Judgement {
  if (result.kind !== 'response') return judgeFailure(result, target);
  const complaint = complaintOf(url, result);
  const what = complaint ?? `HTTP ${result.status} at ${url.path}`;
  const short = result.shortBy ? `, closed ${result.shortBy} bytes before the end of the body` : '';
  return {
    good: complaint === undefined,
    reason: `${what}${short}, ${formatDuration(result.took)}`,
    took: result.took,
  };
}

function complaintOf(url: UrlConfig, response: Response): string | undefined {
  const codes = url.statusCodes.length > 0 ? url.statusCodes : defaultStatusCodes;
  if (!codes.some((range) => range.from <= response.status && response.status <= range.to)) {
    // 503 explains itself; a 200 that is not good enough does not.
    const expected = response.status < 400 ? ` (expected ${codes.map(formatRange).join(', ')})` : '';
    return `HTTP ${response.status} at ${url.path}${expected}`;
  }
  if (url.digest !== undefined && url.digest.toLowerCase() !== response.md5.toLowerCase()) {
    return `digest ${response.md5} at ${url.path}, expected ${url.digest.toLowerCase()}`;
  }
  if (url.regex && response.match === 'too-long') return `regex at ${url.path} takes too long to match`;
  if (url.regex && (response.match === 'found') === url.regex.unwanted) {
    return `regex ${url.regex.unwanted ? 'matches, and must not,' : 'does not match'} at ${url.path}`;
  }
  return undefined;
}

const formatRange = (range: StatusRange): string =>
  range.from === range.to ? String(range.from) : `${range.from}–${range.to}`;
