import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let gc: (() => void) | undefined;

/** Frees what is no longer used. On a machine with much memory, V8 would keep many copies of a large value until it looks. */
export function collectGarbage(): void {
  if (gc === undefined) {
    // The only way to reach it in a process that was started without --expose-gc.
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
}
