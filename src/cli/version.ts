/** From package.json, put in by the bundler. */
declare const __HATOP_VERSION__: string | undefined;
export const VERSION: string = typeof __HATOP_VERSION__ === 'string' ? __HATOP_VERSION__ : '0.0.0-unbundled';
