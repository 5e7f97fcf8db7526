// One broker for all tests with Kafka in their file name; it starts only if such a test is to be run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { fetchJars, missingForKafka, type RunningKafka, startKafka } from '../../../scripts/kafka.js';

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

/** What the projects with such tests share. Each of them loads this file for itself, so it is kept beside the modules. */
type Shared = {
  /** The broker and its directory, or why there can be none. */
  readonly broker: Promise<{ readonly running: RunningKafka; readonly dir: string } | string>;
  projects: number;
  files: number;
};
const kept: typeof globalThis & { sharedBroker?: Shared } = globalThis;

async function start(): Promise<Awaited<Shared['broker']>> {
  const missing = missingForKafka() ?? missingJars();
  if (missing !== undefined) return missing;
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-kafka-'));
  return { running: await startKafka({ dir }), dir };
}

/**
 * The first project starts the broker, the last one ends it.
 *
 * @throws if there can be no broker and CQSHOP_REQUIRE_KAFKA=1 wants one
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  kept.sharedBroker ??= { broker: start(), projects: 0, files: 0 };
  const shared = kept.sharedBroker;
  shared.projects += 1;
  shared.files += (await project.globTestFiles()).testFiles.length;
  const broker = await shared.broker;
  const why = `${broker}; install Java 17 and Maven (or keep .cqshop/), then run npm test again`;
  if (typeof broker === 'string' && process.env.CQSHOP_REQUIRE_KAFKA === '1')
    throw new Error(`Cannot run the tests with a real Kafka, which CQSHOP_REQUIRE_KAFKA=1 requires: ${why}`);
  project.provide('kafka', typeof broker === 'string' ? '' : broker.running.bootstrap);
  return async () => {
    shared.projects -= 1;
    if (shared.projects > 0) return;
    delete kept.sharedBroker;
    if (typeof broker === 'string')
      return console.log(`\n${shared.files} files of tests with a real Kafka were left out: ${why}`);
    // Its data are no longer needed, and Vitest waits for ten seconds only.
    await broker.running.kill();
    rmSync(broker.dir, { recursive: true, force: true });
  };
}
