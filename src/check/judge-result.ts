/** One result against the checker that asked for it. */
import type { CheckerConfig } from './config.ts';
import type { Judgement } from './judge.ts';
import { judgeHttp } from './judge-http.ts';
import { judgeFile, judgeScript, judgeSession } from './judge-local.ts';
import { judgeDns, judgePing, judgeUdp } from './judge-packet.ts';
import { judgeTcp } from './judge-tcp.ts';
import type {
  DnsProbeResult,
  FileProbeResult,
  HttpProbeResult,
  PingProbeResult,
  ProbeResult,
  ScriptProbeResult,
  SessionProbeResult,
  SmtpProbeResult,
  TcpProbeResult,
  UdpProbeResult,
} from './probe.ts';
import { urlAt } from './request.ts';
import { judgeSmtp } from './smtp.ts';
import type { CheckerState } from './state.ts';

/** `result` is of the kind that the checker asked for: the port's promise. */
export function judgeResult(config: CheckerConfig, state: CheckerState, result: ProbeResult): Judgement {
  if (config.kind === 'script') return judgeScript(config, result as ScriptProbeResult);
  if (config.kind === 'bfd') return judgeSession(config.session, result as SessionProbeResult);
  if (config.kind === 'file') return judgeFile(config, result as FileProbeResult);
  const limit = { timeout: config.connectTimeout };
  switch (config.kind) {
    case 'tcp':
      return judgeTcp(limit, result as TcpProbeResult);
    case 'http':
      return judgeHttp(urlAt(config, state), limit, result as HttpProbeResult);
    case 'ping':
      return judgePing(limit, result as PingProbeResult);
    case 'udp':
      return judgeUdp(config.reply, limit, result as UdpProbeResult);
    case 'dns':
      return judgeDns(config.name, limit, result as DnsProbeResult);
    case 'smtp':
      return judgeSmtp(limit, result as SmtpProbeResult);
  }
}
