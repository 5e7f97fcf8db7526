import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CqshopError, cannot, writing } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { lockOutput } from '../../base/lock.ts';
import { shippedUnlessThere } from '../../base/shipped-path.ts';
import { similarPath } from '../../base/similar-path.ts';
import { assertMayOpen, statIfThere } from '../../base/stat-if-there.ts';
import { minuteMs } from '../../base/time.ts';
import { makeRemovable } from '../../base/whole-file.ts';
import type { Detector } from './detector.ts';
import { type Model, type ModelDescription, modelSchema } from './model.ts';

/** Keeps other processes from training a model in a directory until the returned function is called. @throws LOCKED, WRITE_FAILED */
export function lockModel(dir: string): () => void {
  return lockOutput(dir, { what: `model ${dir}`, work: 'training' });
}

/** Where `run` writes the model of a detector, in a directory of models. Those of baselines are in `others` below the learner's. */
export function placeOfModel({ anomaly, id, role }: Pick<Detector, 'anomaly' | 'id' | 'role'>): string {
  return role === 'learner' ? anomaly : join(anomaly, 'others', id);
}

/**
 * Writes `model.json` and the detector's files. Files get their names when all are written, `model.json` last: a directory that has one is complete. If the
 * disk is full, a model that is there stays.
 *
 * @throws WRITE_FAILED
 */
export function writeModel(dir: string, model: Model): void {
  const description = `${JSON.stringify(model.description, null, 2)}\n`;
  const files = [...Object.entries(model.files), ['model.json', description] as const].map(([name, content]) => {
    const path = join(dir, name);
    return { path, partial: `${path}.partial`, content };
  });
  writing(`model ${dir}`, () => {
    const removeMade = makeRemovable(dir);
    try {
      for (const { partial, content } of files) writeFileSync(partial, content);
      rmSync(join(dir, 'model.json'), { force: true });
      for (const { partial, path } of files) renameSync(partial, path);
    } finally {
      for (const { partial } of files) rmSync(partial, { force: true });
      removeMade();
    }
  });
}

/**
 * Reads a model and finds its detector among `detectors`. The models that come with cqshop are always there, such as `models/price-error`.
 *
 * @throws MODEL_NOT_FOUND when there is no `model.json`; MODEL_INVALID when it is damaged or a file of it is missing or altered;
 * MODEL_MISMATCH when it was made for another anomaly, by an unknown detector or on other features
 */
export function readModel(path: string, detectors: readonly Detector[], anomaly?: string): Model {
  const dir = shippedUnlessThere(path);
  const description = readDescription(dir);
  if (anomaly !== undefined && description.anomaly !== anomaly) {
    throw mismatch(dir)(`it finds ${description.anomaly}`, `a model for ${anomaly}`);
  }
  const candidates = detectors.filter(detector => detector.anomaly === description.anomaly);
  const known = candidates.find(({ id }) => id === description.detector);
  if (known === undefined) {
    const ids = candidates.map(({ id }) => id).join(', ');
    const expected = `one of ${ids === '' ? 'this version' : ids}`;
    throw mismatch(dir)(`it was made by detector ${description.detector}`, expected);
  }
  const detector = asTrained(known, description);
  checkFeatures(dir, description, detector);
  const files: Record<string, Uint8Array | string> = {};
  for (const [name, digest] of Object.entries(description.files)) files[name] = readModelFile(dir, name, digest);
  return { detector, description, files };
}

function readDescription(dir: string): ModelDescription {
  return readJsonFile(join(dir, 'model.json'), modelSchema, {
    code: 'MODEL_INVALID',
    what: 'model',
    expected: 'what `cqshop train` writes',
    remedy: 'train it again',
    unreadable: (_, cause) => noModel(dir, cause),
  });
}

function noModel(dir: string, cause: unknown): CqshopError {
  const fails = cannot('MODEL_NOT_FOUND', `read model ${dir}`);
  const wanted = 'a directory that `cqshop train` wrote';
  const found = statIfThere(dir);
  if (found === undefined)
    return fails(
      'there is no such directory',
      wanted + similarPath(dir, { usual: 'models', file: 'model.json' }),
      cause,
    );
  if (found.isDirectory()) assertMayOpen(dir);
  return fails(found.isFile() ? 'it is a file' : 'there is no model.json in it', wanted, cause);
}

/** The features of a model of another system are its topics. */
function asTrained(detector: Detector, { features }: ModelDescription): Detector {
  const forTopics = detector.forTopics?.(features.names, undefined, features.windowMinutes * minuteMs);
  return forTopics?.features.id === features.set ? forTopics : detector;
}

function checkFeatures(dir: string, { features }: ModelDescription, { features: ours }: Detector): void {
  const fails = mismatch(dir);
  if (features.set !== ours.id) throw fails(`it was trained on features ${features.set}`, ours.id);
  const missing = features.names.filter(name => !ours.names.includes(name));
  const added = ours.names.filter(name => !features.names.includes(name));
  if (missing.length > 0)
    throw fails(`it needs feature ${missing.join(', ')}, which ${ours.id} no longer has`, ours.names.join(', '));
  if (added.length > 0)
    throw fails(`it does not know feature ${added.join(', ')}`, 'a model trained on it; train again');
  if (features.names.join() !== ours.names.join())
    throw fails('its features are in another order', ours.names.join(', '));
  const windowMinutes = ours.windowMs / minuteMs;
  if (features.windowMinutes !== windowMinutes) {
    throw fails(`its window is ${features.windowMinutes} min`, `${windowMinutes} min`);
  }
}

/** The text of a text file, the bytes of any other. */
function readModelFile(dir: string, name: string, digest: string): string | Uint8Array {
  const path = join(dir, name);
  if (name.includes('/') || name.includes('\\'))
    throw invalid(join(dir, 'model.json'))(`it names file ${name}`, 'a plain name');
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    throw invalid(path)('it cannot be read', 'the file that model.json names', cause);
  }
  if (sha256(content) !== digest)
    throw invalid(path)('its SHA-256 is not the one in model.json', 'the file as it was written');
  return /\.(json|txt|csv)$/.test(name) ? content.toString('utf8') : new Uint8Array(content);
}

const invalid = (path: string) => cannot('MODEL_INVALID', `read model ${path}`);

const mismatch = (dir: string) => cannot('MODEL_MISMATCH', `use model ${dir}`);
