// Trains the LSTM on one backend of TensorFlow.js in a process of its own, and loads what it wrote on the same backend:
//
//   node test/support/train-lstm.js <wasm | node> <streams.json> <out.json>
import { readFileSync, writeFileSync } from 'node:fs';
import { lstmForecast } from '../../dist/lab/detectors/lstm/lstm-forecast.js';
import { startTensorFlow } from '../../dist/lab/detectors/lstm/tensorflow.js';
import { seriesMemory } from '../../dist/lab/features/series-memory.js';

const [backend, from, to] = process.argv.slice(2);
const { streams, windowMs, columns, ahead } = JSON.parse(readFileSync(from, 'utf8'));
const tf = await startTensorFlow(backend);
const { files, validation, backend: trainedBy } = await lstmForecast.train({ streams, windowMs, columns, seed: 1 });
const forecaster = await lstmForecast.load(files);
const memory = seriesMemory(windowMs, streams[0].length);
for (const window of streams[0]) memory.push(window);
const forecast = forecaster(memory, streams[0].at(-1).startMs + windowMs, ahead);
const weights = [...new Float32Array(new Uint8Array(files['lstm.weights.bin']).buffer)];
writeFileSync(to, JSON.stringify({ backend: tf.getBackend(), trainedBy, validation, forecast, weights }));
