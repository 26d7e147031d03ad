import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A program of this folder as one file for node in the guest. koffi is found there by NODE_PATH (`uml.ts`). */
export async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
    // Packages that are CommonJS ask for node's own modules by require.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return result.outputFiles[0]?.text ?? '';
}
