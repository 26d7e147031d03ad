// Servers for health checks, one behaviour an address, all on port 80. argv[2]: {"ADDRESS": "BEHAVIOUR"}; argv[3]: key and certificate.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

const servers = JSON.parse(process.argv[2]);
const certificate = JSON.parse(process.argv[3]);
const page = (body, status = '200 OK', more = '') =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n${more}\r\n${body}`;
const BODY = 'status: ok\n';

/** What is said to a request whose head has come. */
const answers = {
  ok: () => page(BODY),
  unavailable: () => page('no', '503 Service Unavailable'),
  redirect: () => page('', '302 Found', 'Location: http://127.0.1.1/\r\n'),
  missing: () => page('none', '404 Not Found'),
  host: (head) => (/\r\nHost: www\.example\.org\r\n/.test(head) ? page(BODY) : page('', '421 Misdirected Request')),
  version: (head) =>
    / HTTP\/1\.1\r\n[\s\S]*Connection: close\r\n/.test(head) ? page(BODY) : page('', '505 Not Supported'),
  half: (head) => (head.startsWith('GET /good ') ? page(BODY) : page('', '500 Error')),
  lie: () => `HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${BODY}`,
};

const onHead = (socket, answer) => {
  let head = '';
  socket.on('data', (data) => {
    head += data;
    if (head.includes('\r\n\r\n')) socket.end(answer(head, socket));
  });
};

const streams = {
  hang: (socket) => socket.resume(),
  reset: (socket) => socket.resetAndDestroy(),
  garbage: (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
  trickle: (socket) => {
    const drip = setInterval(() => socket.write('x'), 100);
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    socket.on('close', () => clearInterval(drip));
  },
  flood: (socket) => {
    const piece = Buffer.alloc(65536, 'x');
    const pour = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n', pour));
    socket.on('drain', pour);
  },
  mail: (socket) => {
    socket.write('220 mail.example.org ESMTP\r\n');
    socket.on('data', (data) => {
      if (String(data).startsWith('HELO')) socket.write('250 mail.example.org\r\n');
      else socket.end('221 bye\r\n');
    });
  },
  'mail-refuses': (socket) => socket.end('554 no\r\n'),
  'mail-refuses-helo': (socket) => {
    socket.write('220 mail.example.org ESMTP\r\n');
    socket.on('data', () => socket.end('550 who are you\r\n'));
  },
};

const secure = {
  tls: () => page(BODY),
  'tls-name': (_, socket) =>
    socket.servername === 'www.example.org' ? page(BODY) : page('', '421 Misdirected Request'),
};

const datagrams = {
  echo: (bytes, reply) => reply(bytes),
  silent: () => {},
  names: (bytes, reply) => reply(dns(bytes, 0)),
  'names-refused': (bytes, reply) => reply(dns(bytes, 5)),
  'names-of-others': (bytes, reply) => {
    const answer = dns(bytes, 0);
    answer.writeUInt16BE(bytes.readUInt16BE(0) ^ 1, 0);
    reply(answer);
  },
};
function dns(question, rcode) {
  const answer = Buffer.from(question);
  answer.writeUInt16BE(0x8180 | rcode, 2);
  return answer;
}

let starting = Object.keys(servers).length;
const started = () => --starting === 0 && console.log('ready');
for (const [address, behaviour] of Object.entries(servers)) {
  if (datagrams[behaviour]) {
    const socket = createSocket('udp4');
    socket.on('message', (bytes, from) =>
      datagrams[behaviour](bytes, (text) => socket.send(text, from.port, from.address)),
    );
    socket.bind(80, address, started);
    continue;
  }
  const calm = (socket) => socket.on('error', () => {});
  const server = secure[behaviour]
    ? createTlsServer(certificate, (socket) => onHead(calm(socket), secure[behaviour])).on('tlsClientError', () => {})
    : createServer((socket) => {
        if (streams[behaviour]) streams[behaviour](calm(socket));
        else onHead(calm(socket), answers[behaviour]);
      });
  server.listen(80, address, started);
}
