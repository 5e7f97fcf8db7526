import { choice } from './options.ts';

/** `--backend`: the TensorFlow backend of an LSTM. The native one is an optional package that many machines cannot install. */
export const backend = choice('<name>', 'for an LSTM; node needs @tensorflow/tfjs-node', ['wasm', 'node'], 'wasm');
