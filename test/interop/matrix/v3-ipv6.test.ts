import { matrix } from './suite.ts';

matrix('v3 IPv6', [false, true]);
