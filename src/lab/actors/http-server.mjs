// A guarded service or a real server: answers with its name; while FAIL_FILE exists, with 503.
// node http-server.mjs NAME PORT FAIL_FILE
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

const [name, port, failFile] = process.argv.slice(2);

createServer((request, response) => {
  const failing = existsSync(failFile);
  response.writeHead(failing ? 503 : 200, { 'content-type': 'text/plain', connection: 'close' });
  response.end(failing ? `${name} fails ${request.url}\n` : `${name}\n`);
}).listen(Number(port), '0.0.0.0', () => console.log('listening'));
