import { oneOf, option } from './options.ts';

/** `--backend`: what an LSTM computes with. The native one is an optional package that many machines cannot install. */
export const backend = option(
  '<name>',
  'for an LSTM: wasm, or node with @tensorflow/tfjs-node',
  oneOf(['wasm', 'node']),
  'wasm',
);
