import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { CqshopError, cannot, readFailure, systemCode } from '../../base/errors.ts';
import { type CheckedScenario, checkScenario } from './check-scenario.ts';
import { findScenario, listScenarios, scenarioNotFound } from './find-scenario.ts';
import type { Scenario } from './scenario.ts';

/** Far above any scenario, far below what would fill the memory [bytes]. */
const maximumBytes = 4 * 1024 * 1024;

/**
 * Reads a scenario by its name or file.
 *
 * @throws SCENARIO_NOT_FOUND when there is no such name or file
 * @throws SCENARIO_INVALID when the file holds mistakes: the message is the first, `details.problems` has a line for each
 */
export async function readScenario(nameOrFile: string): Promise<Scenario> {
  const checked = await checkNamedScenario(nameOrFile);
  if (checked.status === 'valid') return checked.scenario;
  const [first = '', ...more] = checked.problems;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more: see cqshop validate ${nameOrFile})`;
  throw new CqshopError('SCENARIO_INVALID', `${first}${rest}`, { details: { problems: checked.problems } });
}

/** What a scenario's file holds, by its name or path. @throws SCENARIO_NOT_FOUND; SCENARIO_INVALID for a file that cannot be read */
export async function checkNamedScenario(nameOrFile: string): Promise<CheckedScenario> {
  const file = await findScenario(nameOrFile);
  return checkScenario(await readText(file), file);
}

async function readText(file: string): Promise<string> {
  const invalid = (found: string, cause?: unknown) =>
    cannot('SCENARIO_INVALID', `read scenario ${file}`)(found, 'a YAML file', cause);
  try {
    const { size } = await stat(file);
    if (size > maximumBytes) throw invalid(`it is larger than ${maximumBytes / 1024 / 1024} MiB`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
    if (text.includes('\0')) throw invalid('it is not text');
    return text;
  } catch (error) {
    if (error instanceof CqshopError) throw error;
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw scenarioNotFound(file, basename(file, extname(file)), await listScenarios());
    }
    const isText = code !== 'ERR_ENCODING_INVALID_ENCODED_DATA';
    throw invalid(isText ? readFailure(error) : 'it is not text in UTF-8', error);
  }
}
