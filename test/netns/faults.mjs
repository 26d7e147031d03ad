// Faults from outside, for a program that knows nothing of them: node --import this file. SIGUSR2 throws in the main
// thread; the file HATOP_TEST_FAULT, once it is there, makes the reactor's next poll in the worker throw or hang.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('SIGUSR2', () => {
    throw new Error('injected into the main thread');
  });
} else {
  const koffi = createRequire(import.meta.url)('koffi');
  const load = koffi.load;
  koffi.load = (...args) => {
    const library = load(...args);
    return {
      func: (prototype) => (prototype.includes('ppoll(') ? faulty(library.func(prototype)) : library.func(prototype)),
    };
  };
}

function faulty(poll) {
  return (...args) => {
    const trigger = process.env.HATOP_TEST_FAULT;
    if (trigger && existsSync(trigger)) {
      if (readFileSync(trigger, 'utf8') === 'throw') throw new Error('injected into the worker');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }
    return poll(...args);
  };
}
