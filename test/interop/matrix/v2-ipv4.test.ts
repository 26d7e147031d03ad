import { matrix } from './suite.ts';

matrix('v2 IPv4', [false, true]);
