/** What a checker asks next. */
import { assert } from '../base/assert.ts';
import type { CheckConnection, CheckerConfig, HttpCheckerConfig, UrlConfig } from './config.ts';
import type { ConnectTarget, ProbeRequest } from './probe.ts';
import type { CheckerState } from './state.ts';

export function requestOf(config: CheckerConfig, state: CheckerState): ProbeRequest {
  switch (config.kind) {
    case 'http':
      return httpRequest(config, urlAt(config, state));
    case 'script': {
      const { argv, user, group, timeout } = config;
      return { kind: 'script', argv, user, group, timeout };
    }
    case 'file':
      return { kind: 'file', path: config.path };
    case 'bfd':
      return { kind: 'bfd', session: config.session, seen: state.last?.good };
    case 'udp':
      return { kind: 'udp', ...targetOf(config), payload: config.payload };
    case 'dns':
      return { kind: 'dns', ...targetOf(config), name: config.name, type: config.type };
    case 'smtp':
      return { kind: 'smtp', ...targetOf(config), heloName: config.heloName };
    default:
      return { kind: config.kind, ...targetOf(config) };
  }
}

function httpRequest(config: HttpCheckerConfig, url: UrlConfig): ProbeRequest {
  const virtualHost = url.virtualHost ?? config.virtualHost;
  const { tls, version } = config;
  return {
    kind: 'http',
    ...targetOf(config),
    path: url.path,
    virtualHost,
    ...(version && { version }),
    ...(tls && { tls: { serverName: tls.sni ? (tls.sniName ?? virtualHost) : undefined } }),
    ...(url.regex && { regex: url.regex }),
  };
}

const targetOf = ({ connectTimeout, ...config }: CheckConnection): ConnectTarget => ({
  address: config.address,
  port: config.port,
  bindTo: config.bindTo,
  ...(config.bindPort && { bindPort: config.bindPort }),
  ...(config.bindInterface && { bindInterface: config.bindInterface }),
  ...(config.mark && { mark: config.mark }),
  timeout: connectTimeout,
});

export const urlIndex = (state: CheckerState): number => state.failedUrl ?? state.passed;

export function urlAt(config: HttpCheckerConfig, state: CheckerState): UrlConfig {
  const url = config.urls[urlIndex(state)];
  assert(url, 'an HTTP checker has at least one url');
  return url;
}
