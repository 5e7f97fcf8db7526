import { hourMs } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { DetectorView, ScoredUnit } from '../../lab/detectors/detector.ts';
import type { RunTruth } from '../../lab/evaluation/unit-truth.ts';
import type { FeatureSet } from '../../lab/features/feature-set.ts';
import type { RecordStream } from '../../lab/features/fold-units.ts';
import { isAbout, messageChain } from '../../lab/report/message-chain.ts';
import type { ReportedAlarm, ReportedEvidence } from '../../lab/report/report-data.ts';
import { reportedDecision } from '../../lab/report/reported-decision.ts';
import { type ReportedIncident, reportedIncidents } from '../../lab/report/reported-incidents.ts';

/** Causes are searched so long before an alarm [ms]; a visit and its carts are over by then. */
const before = 2 * hourMs;
/** Of a long alarm only its first hours are searched [ms]. */
const longest = 12 * hourMs;

type SearchedRun = {
  readonly truth: Pick<RunTruth, 'caused'>;
  readonly scored: readonly ScoredUnit[];
  readonly records: RecordStream;
  readonly features: FeatureSet;
  readonly decisions?: DetectorView['decisions'] | undefined;
};

/**
 * What is behind each incident: a chain of messages, and the trees that decided, where the detector has trees. Of the stream it holds the records of one
 * search.
 */
export async function incidentEvidence(
  alarms: readonly ReportedAlarm[],
  run: SearchedRun,
): Promise<ReportedEvidence[]> {
  const incidents = reportedIncidents(alarms);
  const found = new Map<number, ReportedEvidence>();
  let recent: readonly EventRecord[] = [];
  const search = (readUntilMs: number) => {
    for (const incident of incidents) {
      if (found.has(incident.id) || searchEndMs(incident) > readUntilMs) continue;
      found.set(incident.id, evidenceOf(incident, recent, run));
    }
  };
  for await (const batch of run.records) {
    recent = [...recent, ...batch];
    const lastMs = batch.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
    search(lastMs);
    recent = recent.filter(({ timeMs }) => timeMs >= lastMs - longest - before);
  }
  search(Number.POSITIVE_INFINITY);
  return incidents.flatMap(({ id }) => found.get(id) ?? []);
}

function searchEndMs({ best }: ReportedIncident): number {
  return Math.min(best.endMs, best.startMs + longest);
}

function evidenceOf(
  incident: ReportedIncident,
  records: readonly EventRecord[],
  { truth, scored, features, decisions }: SearchedRun,
): ReportedEvidence {
  const { id, best, entities, labels } = incident;
  const untilMs = searchEndMs(incident);
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
  return { incident: id, chain, decision };
}
