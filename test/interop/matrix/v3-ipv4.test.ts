import { matrix } from './suite.ts';

matrix('v3 IPv4', [false, true]);
