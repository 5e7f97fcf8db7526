import { hourMs } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { DetectorView, ScoredUnit } from '../../lab/detectors/detector.ts';
import type { RunTruth } from '../../lab/evaluation/unit-truth.ts';
import type { FeatureSet } from '../../lab/features/feature-set.ts';
import { isAbout, messageChain } from '../../lab/report/message-chain.ts';
import type { ReportedAlarm, ReportedEvidence } from '../../lab/report/report-data.ts';
import { reportedDecision } from '../../lab/report/reported-decision.ts';
import { reportedIncidents } from '../../lab/report/reported-incidents.ts';

/** Causes are searched so long before an alarm [ms]; a visit and its carts are over by then. */
const before = 2 * hourMs;
/** Of a long alarm only its first hours are searched [ms]. */
const longest = 12 * hourMs;

/** What is behind each incident: a chain of messages, and the trees that decided, where the detector has trees. */
export function incidentEvidence(
  alarms: readonly ReportedAlarm[],
  run: {
    readonly truth: Pick<RunTruth, 'caused'>;
    readonly scored: readonly ScoredUnit[];
    readonly records: readonly EventRecord[];
    readonly features: FeatureSet;
    readonly decisions?: DetectorView['decisions'] | undefined;
  },
): ReportedEvidence[] {
  const { truth, scored, records, features, decisions } = run;
  const found: ReportedEvidence[] = [];
  for (const { id, best, entities, labels } of reportedIncidents(alarms)) {
    const untilMs = Math.min(best.endMs, best.startMs + longest);
    const labelOf = (record: EventRecord) =>
      truth.caused.get(record.id)?.find(({ labelId, relation }) => relation === 'direct' && labels.includes(labelId))
        ?.labelId;
    const around = records.filter(({ timeMs }) => timeMs >= best.startMs - before && timeMs < untilMs);
    const chain = messageChain(around, {
      isWanted: record => record.timeMs >= best.startMs && entities.some(entity => isAbout(entity, record)),
      labelOf,
      needsLabel: best.entity.type === 'shop',
    });
    const unit = scored.find(
      one =>
        one.score === best.score &&
        one.unit.entity.id === best.entity.id &&
        one.unit.startMs >= best.startMs &&
        one.unit.startMs < best.endMs,
    )?.unit;
    const decision =
      decisions === undefined || unit === undefined ? undefined : reportedDecision(decisions(unit), features);
    found.push({ incident: id, chain, decision });
  }
  return found;
}
