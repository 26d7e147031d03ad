import { pairSuite } from './pair-suite.ts';

pairSuite({ a: 'hatop', b: 'keepalived' });
