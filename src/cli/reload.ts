/** `hatop reload`: the difference, the question, the reload. */
import { operate } from './operate.ts';

type Options = Parameters<typeof operate>[1];

/** 2, not 18, where the file is wrong: it is the configuration that refuses. */
export async function reload(options: Options): Promise<number> {
  const code = await operate({ verb: 'reload', target: 'configuration' }, options);
  return code === 18 ? 2 : code;
}
