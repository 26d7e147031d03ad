// Stands in for string-width in the bundle. Ink measures each character that it draws; nearly all of ours are surely one
// cell wide, and the library's first look beyond ASCII costs 30 ms of the console's start (the pattern of all emoji,
// Intl.Segmenter). By `require` it is loaded when it is needed.
const SGR = /\x1b\[[\d;]*m/g;
const ONE_CELL_EACH = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u25fc\u2713\u2717]*$/;

export default function stringWidth(text, options) {
  const bare = options === undefined && typeof text === 'string' ? text.replace(SGR, '') : undefined;
  if (bare !== undefined && ONE_CELL_EACH.test(bare)) return bare.length;
  return require('../node_modules/string-width/index.js').default(text, options);
}
