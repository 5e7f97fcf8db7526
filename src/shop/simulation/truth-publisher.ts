import { toolVersion } from '../../base/tool-version.ts';
import type { Message } from '../../broker/message.ts';
import { messageIds } from '../../broker/message-id.ts';
import type { Truth, TruthType } from '../../data/dataset/truth.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { rfc3339 } from './interventions.ts';

/** Says what is so in the truth topic. */
export type TellTruth = <Type extends TruthType>(type: Type, data: Truth<Type>) => void;

/** Makes the messages of the truth topic, which only the collector reads, in the order of the telling. */
export function truthPublisher(run: {
  readonly seed: number;
  /** Virtual time [ms]. */
  readonly nowMs: () => number;
  readonly publish: (message: Message) => void;
}): TellTruth {
  const ids = messageIds(run.seed);
  let count = 0;
  return (type, data) =>
    run.publish({
      kind: 'event',
      type,
      id: ids('truth', type, count++),
      source: '/simulation',
      subject: 'truth',
      time: run.nowMs(),
      correlationid: '',
      causationid: '',
      data,
    });
}

/** What is told of a run at its start. */
export function runStarted(
  scenario: ResolvedScenario,
  worlds: { readonly withoutAnomalies: boolean; readonly twin: boolean },
): Truth<'RunStarted'> {
  return {
    scenario: scenario.name,
    scenarioHash: scenario.hash,
    seed: scenario.seed,
    start: rfc3339(scenario.startMs),
    end: rfc3339(scenario.endMs),
    days: scenario.days,
    ...worlds,
    toolVersion,
  };
}
