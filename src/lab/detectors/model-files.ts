import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CqshopError } from '../../base/errors.ts';
import { makeDirectory } from '../../base/make-directory.ts';
import { minuteMs } from '../../base/time.ts';
import { writeFailure } from '../../base/write-failure.ts';
import type { Detector } from './detector.ts';
import { type Model, type ModelDescription, modelFormat, modelSchema } from './model.ts';
import { sha256 } from './train.ts';

/**
 * Writes `model.json` and the detector's files; `model.json` comes last and at once, so a directory with one is whole.
 *
 * @throws WRITE_FAILED
 */
export async function writeModel(dir: string, model: Model): Promise<void> {
  const path = join(dir, 'model.json');
  try {
    makeDirectory(dir);
    await rm(path, { force: true });
    for (const [name, content] of Object.entries(model.files)) await writeFile(join(dir, name), content);
    await writeFile(`${path}.partial`, `${JSON.stringify(model.description, null, 2)}\n`);
    await rename(`${path}.partial`, path);
  } catch (cause) {
    throw writeFailure(`model ${dir}`, cause);
  }
}

/**
 * Reads a model and finds its detector among `detectors`.
 *
 * @throws MODEL_NOT_FOUND when there is no `model.json`; MODEL_INVALID when it is damaged or a file of it is missing or altered;
 * MODEL_MISMATCH when it was made for another anomaly, by an unknown detector or on other features
 */
export async function readModel(dir: string, detectors: readonly Detector[], anomaly?: string): Promise<Model> {
  const description = await readDescription(dir);
  if (anomaly !== undefined && description.anomaly !== anomaly) {
    throw mismatch(dir, `it finds ${description.anomaly}`, `a model for ${anomaly}`);
  }
  const candidates = detectors.filter(detector => detector.anomaly === description.anomaly);
  const known = candidates.find(({ id }) => id === description.detector);
  if (known === undefined) {
    const ids = candidates.map(({ id }) => id).join(', ');
    throw mismatch(
      dir,
      `it was made by detector ${description.detector}`,
      `one of ${ids === '' ? 'this version' : ids}`,
    );
  }
  const detector = asTrained(known, description);
  checkFeatures(dir, description, detector);
  const files: Record<string, Uint8Array | string> = {};
  for (const [name, digest] of Object.entries(description.files)) files[name] = await readModelFile(dir, name, digest);
  return { detector, description, files };
}

async function readDescription(dir: string): Promise<ModelDescription> {
  const path = join(dir, 'model.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CqshopError(
      'MODEL_NOT_FOUND',
      `Cannot read model ${dir}: there is no model.json in it, expected a directory that \`cqshop train\` wrote`,
      { cause },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : 'it is no JSON', 'JSON', cause);
  }
  const format = z.object({ format: z.unknown() }).safeParse(json);
  if (format.success && format.data.format !== modelFormat) {
    throw invalid(path, `its format is ${JSON.stringify(format.data.format)}`, `${modelFormat}; train it again`);
  }
  const parsed = modelSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(
    path,
    `"${issue?.path.join('.') ?? ''}" is wrong (${issue?.message ?? ''})`,
    'what `cqshop train` writes',
    parsed.error,
  );
}

/** A model of another system's topics states them as its features. */
function asTrained(detector: Detector, { features }: ModelDescription): Detector {
  const forTopics = detector.forTopics?.(features.names);
  return forTopics?.features.id === features.set ? forTopics : detector;
}

function checkFeatures(dir: string, { features }: ModelDescription, { features: ours }: Detector): void {
  if (features.set !== ours.id) throw mismatch(dir, `it was trained on features ${features.set}`, ours.id);
  const missing = features.names.filter(name => !ours.names.includes(name));
  const added = ours.names.filter(name => !features.names.includes(name));
  if (missing.length > 0)
    throw mismatch(
      dir,
      `it needs feature ${missing.join(', ')}, which ${ours.id} no longer has`,
      ours.names.join(', '),
    );
  if (added.length > 0)
    throw mismatch(dir, `it does not know feature ${added.join(', ')}`, 'a model trained on it; train again');
  if (features.names.join() !== ours.names.join())
    throw mismatch(dir, 'its features are in another order', ours.names.join(', '));
  const windowMinutes = ours.windowMs / minuteMs;
  if (features.windowMinutes !== windowMinutes) {
    throw mismatch(dir, `its window is ${features.windowMinutes} min`, `${windowMinutes} min`);
  }
}

/** Text files come back as text, all others as bytes. */
async function readModelFile(dir: string, name: string, digest: string): Promise<string | Uint8Array> {
  const path = join(dir, name);
  if (name.includes('/') || name.includes('\\'))
    throw invalid(join(dir, 'model.json'), `it names file ${name}`, 'a plain name');
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (cause) {
    throw invalid(path, 'it cannot be read', 'the file that model.json names', cause);
  }
  if (sha256(content) !== digest)
    throw invalid(path, 'its SHA-256 is not the one in model.json', 'the file as it was written');
  return /\.(json|txt|csv)$/.test(name) ? content.toString('utf8') : new Uint8Array(content);
}

function invalid(path: string, what: string, expected: string, cause?: unknown): CqshopError {
  return new CqshopError('MODEL_INVALID', `Cannot read model ${path}: ${what}, expected ${expected}`, { cause });
}

function mismatch(dir: string, what: string, expected: string): CqshopError {
  return new CqshopError('MODEL_MISMATCH', `Cannot use model ${dir}: ${what}, expected ${expected}`);
}
