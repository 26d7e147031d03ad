// A guarded service or a real server: answers with its name; while FAIL_FILE exists, with 503. A connection stays open
// where the client asks for that by name.
// node http-server.mjs NAME PORT FAIL_FILE
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

const [name, port, failFile] = process.argv.slice(2);

const server = createServer((request, response) => {
  const failing = existsSync(failFile);
  const connection = request.headers.connection === 'keep-alive' ? 'keep-alive' : 'close';
  response.writeHead(failing ? 503 : 200, { 'content-type': 'text/plain', connection });
  response.end(failing ? `${name} fails ${request.url}\n` : `${name}\n`);
});
// Whoever keeps a connection open decides when it ends.
server.keepAliveTimeout = 0;
server.listen(Number(port), '0.0.0.0', () => console.log('listening'));
