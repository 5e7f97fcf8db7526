import { basename } from 'node:path';
import { shellWord } from '../../shell-word.ts';
import { defineVerb } from '../../verb.ts';
import { writeTemplate } from '../../write-template.ts';

/** `cqshop init scenario [NAME]`: writes the file and prints its path. */
export const verb = defineVerb({
  description: 'Writes a commented scenario that you can validate, run and change. Never replaces a file.',
  arguments: [{ name: '[name]', description: 'name of the file, without .yaml (default: my-scenario)' }],
  examples: ['cqshop init scenario my-scenario'],
  async run({ arguments: [name = 'my-scenario'] }, io) {
    const file = writeTemplate(name, scenarioTemplate);
    const command = `npx cqshop run ${shellWord(file)}`;
    io.result(
      { file, command },
      () => `wrote ${file}\nsimulate it, and train and score detectors on it:\n  ${command}`,
    );
    return 0;
  },
});

/** A small scenario with a comment for each key; `cqshop validate` accepts it. */
function scenarioTemplate(path: string): string {
  const name = basename(path)
    .replace(/\.ya?ml$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .replace(/^-+/, '')
    .slice(0, 64);
  const file = shellWord(path);
  return `# A scenario of the shop: who visits, what goes wrong, and when.
# All keys: docs/formats.md. What there is: \`cqshop list anomalies\` and \`cqshop list near-misses\`.
#
#   cqshop validate ${file}        check this file
#   cqshop show scenario ${file}   the times that the seed draws
#   cqshop run ${file}             simulate, train, detect, score and report
version: 1
name: ${name || 'my-scenario'}
description: Eight days of a small shop with two hoarders and a wrong price.

# The same seed gives the same messages, byte for byte.
seed: 1
start: 2026-03-02 # a Monday; midnight UTC
days: 8
# Factor on the number of customers. 1 is about 270 visits and 10,000 messages a day.
scale: 0.5

# customers: { visitsPerDay: 270, newVisitorShare: 0.7, conversionShare: 0.3 }
# catalogue: { products: 200, priceMedian: 20 }

anomalies:
  # at: random draws the time and the length from the seed; then no hour gives an anomaly away.
  - { id: hoarder-1, anomaly: stock-exhaustion, variant: fast-hoarder, intensity: blatant, at: random }
  - { id: hoarder-2, anomaly: stock-exhaustion, variant: slow-hoarder, intensity: moderate, at: random }
  # A moment is "day 6 12:00" or 6d12h; a range is { from: day 5, to: day 7 }.
  - { id: wrong-price, anomaly: price-error, variant: lost-decimal, intensity: blatant, at: day 6 12:00, duration: 2h }

# What looks unusual and must not raise an alarm.
nearMisses:
  - { id: big-order, kind: bulk-buyer, at: random }
  - { id: sale, kind: clearance, at: random }
`;
}
