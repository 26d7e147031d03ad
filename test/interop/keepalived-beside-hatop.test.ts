import { pairSuite } from './pair-suite.ts';

pairSuite({ a: 'keepalived', b: 'hatop' });
