/**
 * Shell for the guest: a LAN of four machines as network namespaces. `client` .100, `director` .1, real servers `one`
 * .11 and `two` .12, all in 10.0.0.0/24; the virtual address .10 is on the real servers' loopback, where it does not
 * answer ARP. Their web servers say their own name; `/stream` says it every 200 ms for ever.
 */
export const LAN_SERVER = `
import { createServer } from 'node:http';
const [name, port] = process.argv.slice(2);
createServer((request, response) => {
  if (request.url !== '/stream') return response.end(name + '\\n');
  response.write(name + '\\n');
  const timer = setInterval(() => response.write(name + '\\n'), 200);
  response.on('close', () => clearInterval(timer));
}).listen(Number(port), '0.0.0.0', () => console.log('listening'));
`;

/** Expects LAN_SERVER in the job's folder as `server.mjs`. */
export const LAN_SETUP = `
# Not for the background: there the pid would be a subshell's.
on() { ns=$1; shift; ip netns exec $ns "$@"; }
ip link add lan type bridge mcast_snooping 0
ip link set lan up
machine() { # name, last octet
  ip netns add $1
  ip link add v-$1 type veth peer name eth0 netns $1
  ip link set v-$1 master lan up
  ip -n $1 link set lo up
  ip -n $1 link set eth0 up
  ip -n $1 addr add 10.0.0.$2/24 dev eth0
}
machine client 100; machine director 1; machine one 11; machine two 12
for m in one two; do
  on $m sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore; echo 2 >/proc/sys/net/ipv4/conf/all/arp_announce'
  ip -n $m addr add 10.0.0.10/32 dev lo
done
serve() { # machine: starts its web server, waits until it listens
  : >$1.log
  ip netns exec $1 node server.mjs $1 80 >$1.log 2>&1 &
  eval server_$1=$!
  until_true 10 grep -q listening $1.log
}
until_true() { # seconds, command: polls ten times a second; status 1 where it never came true
  tries=$(($1 * 10)); shift
  while [ $tries -gt 0 ]; do "$@" >/dev/null 2>&1 && return 0; tries=$((tries - 1)); sleep 0.1; done
  echo "gave up waiting for: $*"; return 1
}
requests() { # how many, over the virtual address; prints who answered, with the count
  for i in $(seq $1); do on client curl -s -m 3 http://10.0.0.10/ || echo failed; done | sort | uniq -c | sed 's/^ *//'
}
table() { on director ipvsadm-save -n; }
in_table() { table | grep -q -- "-r 10.0.0.$1:80 "; }
not_in_table() { ! in_table $1; }
`;
