#!/usr/bin/env node
// React decides at import time whether it is a development build; an operator's shell must not make it one.
process.env.NODE_ENV ??= 'production';
try {
  await import('../dist/main.js');
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('dist/main.js')) throw error;
  console.error('hatop is not built yet: run "npm run build" in its folder');
  process.exitCode = 1;
}
