import { join } from 'node:path';
import type { Span } from '../base/time.ts';
import type { Dataset } from '../data/dataset/read-dataset.ts';
import type { EventRecord } from '../data/dataset/record.ts';
import { type Entity, type Label, spanOfEffect } from '../data/dataset/truth.ts';
import type { Alarm, ScoredUnit } from '../lab/detectors/detector.ts';
import type { Model } from '../lab/detectors/model.ts';
import { readRunTruth, spanOf } from '../lab/evaluation/dataset-truth.ts';
import type { ResultRow } from '../lab/evaluation/result-rows.ts';
import { includesEntity } from '../lab/features/unit-key.ts';
import { type EventCounter, eventCounter } from '../lab/report/terminal/events.ts';
import { shippedScenario } from '../shop/scenarios/find-scenario.ts';
import { simulate } from './api.ts';
import { detectInDataset } from './detect-in-dataset.ts';
import type { OnStage } from './experiment/stage.ts';

/** Two days of the shop, and what a model found in them. */
export type Demo = {
  readonly dataset: Dataset;
  /** Its messages over time. */
  readonly events: EventCounter;
  readonly labels: readonly Label[];
  readonly nearMisses: readonly NearMiss[];
  readonly alarms: readonly DemoAlarm[];
  readonly rows: readonly ResultRow[];
};

/** An alarm with the label that it is right about. */
export type DemoAlarm = Alarm & {
  readonly label: Label | undefined;
  /** The first message in which stock that this user held returned unsold. */
  readonly release: EventRecord | undefined;
};

/** A near miss, and the highest score of a unit that is about it; undefined where none was scored. */
export type NearMiss = { readonly nearMiss: Label; readonly highestScore: number | undefined };

/**
 * Simulates the scenario `sample` with its own seed into `dir/dataset`, and runs a model of stock-exhaustion over it.
 *
 * @throws WRITE_FAILED; an AbortError at `signal`
 */
export async function runDemo(
  model: Model,
  { dir, signal, onStage }: { readonly dir: string; readonly signal: AbortSignal; readonly onStage: OnStage },
): Promise<Demo> {
  onStage('simulating two days', 0, 1);
  const dataset = await simulate(shippedScenario('sample'), { out: join(dir, 'dataset'), signal });
  onStage('detecting', 0, 1);
  const events = eventCounter(spanOf(dataset));
  const releases: EventRecord[] = [];
  const scored: ScoredUnit[] = [];
  async function* released(records: AsyncIterable<readonly EventRecord[]>) {
    for await (const batch of records) {
      signal.throwIfAborted();
      releases.push(...batch.filter(({ type }) => type === 'ProductReservationReleased'));
      yield batch;
    }
  }
  const { alarms, rows } = await detectInDataset(
    model,
    { ...dataset, records: () => released(events.counting(dataset.records())) },
    {
      name: model.description.anomaly,
      onScored: unit => scored.push(unit),
    },
  );
  const { labels, nearMisses } = await readRunTruth(dataset);
  return {
    ...{ dataset, events, labels, rows },
    nearMisses: nearMisses.map(nearMiss => ({ nearMiss, highestScore: highestScoreAbout(nearMiss, scored) })),
    alarms: alarms.map(alarm => ({
      ...alarm,
      label: labels.find(label => label.anomaly === alarm.anomaly && touches(label, alarm, [alarm.entity])),
      release: releases.find(({ userId, timeMs }) => userId === alarm.entity.id && timeMs >= alarm.startMs),
    })),
  };
}

function highestScoreAbout(nearMiss: Label, scored: readonly ScoredUnit[]): number | undefined {
  const scores = scored
    .filter(({ unit }) => touches(nearMiss, unit, [unit.entity, ...(unit.involved ?? [])]))
    .map(({ score }) => score);
  return scores.length === 0 ? undefined : Math.max(...scores);
}

/** Whether a label overlaps a span and names one of its entities. */
function touches(label: Label, { startMs, endMs }: Span, entities: readonly Entity[]): boolean {
  const named = entities.some(entity => includesEntity(label.entities, entity));
  const effect = spanOfEffect(label);
  return named && effect.startMs < endMs && startMs < effect.endMs;
}
