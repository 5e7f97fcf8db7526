import { formatTable } from '../../lab/report/terminal/table.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { brokerUrl, defaultBroker } from '../broker-url.ts';
import { brokerChecks } from '../doctor/broker-checks.ts';
import { findingsOf } from '../doctor/check.ts';
import { learningChecks } from '../doctor/learning-checks.ts';
import { machineChecks } from '../doctor/machine-checks.ts';
import { exitCodes } from '../exit-codes.ts';
import { kafkaOptions } from '../kafka-options.ts';
import { topicPrefix } from '../option-values.ts';
import { option } from '../options.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop doctor`: a line for each finding, and at the end what to do. */
export const verb = defineVerb({
  description:
    'Checks Node.js, the disk, the broker with its topics and permissions, and the learning libraries. Writes nothing to the broker. Exits 1 if a check of something that cqshop needs failed.',
  options: {
    broker: option('<url>', 'embedded:DIR or kafka://host:port', brokerUrl, defaultBroker),
    topicPrefix: option('<prefix>', 'check only topics with this prefix', topicPrefix, ''),
    ...kafkaOptions,
  },
  examples: ['cqshop doctor', 'cqshop doctor --broker kafka://localhost:9092 --json'],
  async run({ options }, io) {
    const checks = [...machineChecks, ...brokerChecks(options.broker, options), ...learningChecks];
    const findings = await findingsOf(checks, io.signal);
    const isWell = findings.every(({ status }) => status !== 'failed');
    const colourOf = { ok: io.colours.green, missing: io.colours.yellow, failed: io.colours.red };
    io.result({ ok: isWell, checks: findings }, () => {
      const rows = findings.map(({ name, status, found }) => [colourOf[status](status), name, found]);
      const advice = findings
        .filter(one => one.advice !== '')
        .map(one => wrapText(`${one.name}: ${one.advice}`, io.width, '  '));
      return [formatTable(['', 'what', 'found'], rows, io), ...(advice.length === 0 ? [] : ['', 'To do:', ...advice])];
    });
    return isWell ? exitCodes.done : exitCodes.failed;
  },
});
