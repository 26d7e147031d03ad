// Answers every datagram with itself and the responder's name. It is bound to all addresses, and so answers for a VIP
// as long as the kernel has it.
// node udp-echo.mjs NAME PORT
import { createSocket } from 'node:dgram';

const [name, port] = process.argv.slice(2);
const socket = createSocket('udp4');
socket.on('message', (message, from) => socket.send(`${message}:${name}`, from.port, from.address));
socket.bind(Number(port), '0.0.0.0', () => console.log('listening'));
