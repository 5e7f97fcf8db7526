import { formatMinute } from '../base/time.ts';
import { inThousands, pluralize } from '../base/words.ts';
import { commandLogTopic } from '../broker/topics.ts';
import { formatTable } from '../lab/report/terminal/table.ts';
import { wrapText } from '../lab/report/terminal/wrap-text.ts';
import type { ResolvedScenario } from '../shop/scenarios/resolve-scenario.ts';
import type { SimulationResult } from '../shop/simulation/simulate.ts';
import type { Io } from './io.ts';

/** Prints what a run, virtual or live, published. */
export function describeSimulated(
  io: Io,
  { name: scenario, seed }: Pick<ResolvedScenario, 'name' | 'seed'>,
  done: {
    readonly broker: string;
    readonly result: Pick<SimulationResult, 'messages' | 'labels' | 'nearMisses'>;
    /** How many of the messages are in topics that a dataset holds. */
    readonly datasetMessages: number;
    /** More of the result, for --json. */
    readonly more?: Readonly<Record<string, unknown>>;
  },
): void {
  const { broker, result, datasetMessages } = done;
  const { messages, labels, nearMisses } = result;
  const rows = [...labels, ...nearMisses].map(({ id, anomaly, intensity, start, end, target, receipt }) => {
    const observed = Object.entries(receipt).flatMap(([key, value]) =>
      typeof value === 'number' ? [`${key} ${value}`] : [],
    );
    const when = `${formatMinute(Date.parse(start))}\nto ${formatMinute(Date.parse(end))}`;
    return [
      id,
      when,
      [intensity === 'none' ? anomaly : `${anomaly} ${intensity}`, `target ${target}`, ...observed].join(', '),
    ];
  });
  io.result({ scenario, seed, broker, messages, datasetMessages, labels, nearMisses, ...done.more }, () => [
    wrapText(`${scenario}, seed ${seed}: ${pluralize(messages, 'message')} on ${broker}`, io.width, '  '),
    wrapText(
      `${inThousands(datasetMessages)} of them make a dataset (events, and the commands in ${commandLogTopic}); the others are private commands of the services`,
      io.width,
    ),
    ...(rows.length > 0 ? ['', formatTable(['injected', 'when (UTC)', 'what was observed'], rows, io)] : []),
  ]);
}
