import { cannot } from '../../../base/errors.ts';
import type { LayersModel, TensorFlow } from './tensorflow.ts';

/** The files of a network in TensorFlow.js's own layers format: topology with a weights manifest, and the weights. */
export const topologyFile = 'lstm.json';
export const weightsFile = 'lstm.weights.bin';

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes a network as files in a format that TensorFlow.js can load. */
export async function networkToFiles(tf: TensorFlow, network: LayersModel): Promise<Files> {
  const saved: Record<string, string | Uint8Array> = {};
  await network.save(
    tf.io.withSaveHandler(async artifacts => {
      const { modelTopology, weightSpecs, weightData, format } = artifacts;
      if (weightSpecs === undefined || weightData === undefined) throw new TypeError('a network has weights');
      const weightsManifest = [{ paths: [weightsFile], weights: weightSpecs }];
      saved[topologyFile] = `${JSON.stringify({ format, modelTopology, weightsManifest })}\n`;
      saved[weightsFile] = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return saved;
}

/**
 * Reads what `networkToFiles` wrote.
 *
 * @throws MODEL_INVALID when a file is missing or damaged
 */
export async function networkFromFiles(tf: TensorFlow, files: Files = {}): Promise<LayersModel> {
  const fails = cannot('MODEL_INVALID', 'load the lstm model');
  const { [topologyFile]: topology, [weightsFile]: weights } = files;
  if (typeof topology !== 'string' || !(weights instanceof Uint8Array)) {
    const missing = topology === undefined ? topologyFile : weightsFile;
    throw fails(`${missing} is missing`, `both ${topologyFile} and ${weightsFile}`);
  }
  try {
    const { modelTopology, weightsManifest } = JSON.parse(topology);
    const weightData = new Uint8Array(weights).buffer;
    const weightSpecs = weightsManifest[0].weights;
    return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  } catch (cause) {
    throw fails(`${topologyFile} or ${weightsFile} is damaged`, 'files that training wrote', cause);
  }
}
