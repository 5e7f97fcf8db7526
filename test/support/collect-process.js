// Collects an embedded broker's log into a dataset, in a process of its own that can be killed. It commits far more often than the command line
// does, so that a small log has many moments to be killed at.
//   node test/support/collect-process.js <broker directory> <dataset>
import { openEmbeddedSource } from '../../dist/broker/embedded/embedded-log-source.js';
import { collect } from '../../dist/data/collector/collect.js';

const [broker, out] = process.argv.slice(2);
await collect(openEmbeddedSource(broker), { out, toolVersion: '0.1.0', checkpointBytes: 50_000 });
