import { rfc3339 } from '../../base/time.ts';
import { toolVersion } from '../../base/tool-version.ts';
import type { Message } from '../../broker/message.ts';
import { messageIds } from '../../broker/message-id.ts';
import type { Label, RunLag, Truth, TruthType } from '../../data/dataset/truth.ts';
import type { Shop } from '../interventions/intervention.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { Causality } from './causality.ts';
import { injectInterventions, labelOf } from './interventions.ts';
import type { TwinDifference } from './twin.ts';

/** How a run ended. */
export type RunEnd = {
  /** Messages published, over all topics but the truth's. */
  readonly messages: number;
  /** The same by topic, where other programs may have written to them. */
  readonly byTopic?: Readonly<Record<string, number>>;
  /** What the twin run found, if there was one. */
  readonly differences?: readonly TwinDifference[];
  /** How late a live run was that was too slow for its customers. */
  readonly degradedBy?: RunLag | undefined;
};

/**
 * Puts the scenario's anomalies and near misses into the shop, and declares in the truth topic, which only the collector reads, what they
 * are and do. Virtual and live runs declare in the same order: RunStarted, a CausalRootDeclared for each message that an anomaly
 * publishes, then at the end differences, labels, near misses and RunFinished.
 */
export function declareTruth(
  scenario: ResolvedScenario,
  shop: Shop,
  run: {
    readonly withoutAnomalies: boolean;
    readonly twin: boolean;
    /** Virtual time [ms]. */
    readonly nowMs: () => number;
    /** Puts a message into the truth topic. */
    readonly publish: (message: Message) => void;
  },
) {
  const { withoutAnomalies, twin, nowMs, publish } = run;
  const ids = messageIds(scenario.seed);
  let count = 0;
  const declare = <Type extends TruthType>(type: Type, data: Truth<Type>) =>
    publish({
      kind: 'event',
      type,
      id: ids('truth', type, count++),
      source: '/simulation',
      subject: 'truth',
      time: nowMs(),
      correlationid: '',
      causationid: '',
      data,
    });

  declare('RunStarted', {
    scenario: scenario.name,
    scenarioHash: scenario.hash,
    ...(scenario.given?.file === undefined ? {} : { scenarioFile: scenario.given.file }),
    ...(scenario.given?.scale === undefined ? {} : { scale: scenario.given.scale }),
    seed: scenario.seed,
    start: rfc3339(scenario.startMs),
    end: rfc3339(scenario.endMs),
    days: scenario.days,
    withoutAnomalies,
    twin,
    toolVersion,
  });
  const causality = new Causality();
  const underway = injectInterventions(scenario, shop, {
    causality,
    withoutAnomalies,
    onRoot: (labelId, message) => declare('CausalRootDeclared', { messageId: message.id, labelId }),
  });

  return {
    /** Sees every message of the run, in the order of publication. */
    observe: (message: Message): void => causality.observe(message),
    /**
     * Declares what the run held, once it is over.
     *
     * @throws ANOMALY_LEFT_NO_TRACE; the truth topic then has no RunFinished
     */
    finish({ messages, byTopic, differences = [], degradedBy }: RunEnd) {
      const degraded = degradedBy === undefined ? {} : ({ degraded: true } as const);
      const declared = underway.map(one => ({ isAnomaly: one.isAnomaly, label: { ...labelOf(one), ...degraded } }));
      const labels = declared.filter(({ isAnomaly }) => isAnomaly).map(({ label }) => label);
      const nearMisses = declared.filter(({ isAnomaly }) => !isAnomaly).map(({ label }) => label);
      for (const difference of differences) declare('TwinDifferenceFound', attribute(difference, labels));
      for (const label of labels) declare('LabelDeclared', label);
      for (const nearMiss of nearMisses) declare('NearMissDeclared', nearMiss);
      declare('RunFinished', {
        messages,
        ...(byTopic === undefined ? {} : { byTopic }),
        ...degraded,
        ...(degradedBy === undefined ? {} : { lag: degradedBy }),
      });
      return { labels, nearMisses };
    },
  };
}

/** A difference belongs to the anomaly that began last before it: with several in one scenario this is a convention, not a proof. */
function attribute(
  { messageId, relation, timeMs }: TwinDifference,
  labels: readonly Label[],
): Truth<'TwinDifferenceFound'> {
  const byStart = [...labels].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const label = byStart.findLast(({ start }) => Date.parse(start) <= timeMs) ?? byStart[0];
  return { messageId, relation, labelId: label?.id ?? '' };
}
