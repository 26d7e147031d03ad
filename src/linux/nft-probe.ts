import type { Result } from '../base/result.ts';
import { runNft } from './nft-program.ts';

/** What this machine lacks for it, in words; undefined: nothing. Asked by a table that is checked and never made. */
export function findLacking(): string | undefined {
  if (probe(NEEDED.map(({ rule }) => rule).join('\n')).ok) return undefined;
  for (const { rule, name } of NEEDED) {
    const probed = probe(rule);
    if (!probed.ok) return `nftables cannot balance here: ${name}: ${probed.error}`;
  }
  return undefined;
}

const probe = (rules: string): Result<void, string> =>
  runNft(
    `table netdev hatop-probe {
  map m { typeof @nh,96,32 : meta mark; size 1; flags dynamic,timeout; }
  chain c {\n${rules}\n }
}\n`,
    true,
  );

/** The first that fails says why: the program, the rights and the family come before the single expressions. */
const NEEDED = [
  { name: 'a table of the netdev family', rule: '' },
  { name: 'whether an address is local, by packet (nft_fib_netdev)', rule: 'fib daddr . iif type local accept' },
  { name: 'turns and hashes (nft_numgen, nft_hash)', rule: 'numgen inc mod 2 0 jhash ip saddr mod 2 0 accept' },
  { name: 'a map filled by packets (nft_dynset)', rule: 'update @m { @nh,96,32 timeout 1s : meta mark } accept' },
  { name: 'forwarding from ingress (nft_fwd_netdev)', rule: 'fwd ip to 192.0.2.1 device "lo"' },
] as const;
