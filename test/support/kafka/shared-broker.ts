// One broker for all tests with Kafka in their file name; it starts only if such a test is to be run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { fetchJars, missingForKafka, startKafka } from '../../../scripts/kafka.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port of the shared broker; '' where there can be none. */
    readonly kafka: string;
  }
}

/** Maven may be there without a way to its repository. */
function missingJars(): string | undefined {
  try {
    fetchJars();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @throws if there can be no broker and CQSHOP_REQUIRE_KAFKA=1 wants one */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = missingForKafka() ?? missingJars();
  if (missing !== undefined) {
    const { length } = (await project.globTestFiles()).testFiles;
    const what = `${length} files of tests with a real Kafka were left out: ${missing}; install Java 17 and Maven (or keep .cqshop/), then run npm test again`;
    if (process.env.CQSHOP_REQUIRE_KAFKA === '1') throw new Error(`CQSHOP_REQUIRE_KAFKA=1, and ${what}`);
    project.provide('kafka', '');
    return async () => console.log(`\n${what}`);
  }
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-kafka-'));
  const broker = await startKafka({ dir });
  project.provide('kafka', broker.bootstrap);
  return async () => {
    // Nobody needs its data any more, and Vitest waits for ten seconds only.
    await broker.kill();
    rmSync(dir, { recursive: true, force: true });
  };
}
