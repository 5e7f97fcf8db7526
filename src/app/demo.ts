import { join } from 'node:path';
import type { Span } from '../base/time.ts';
import type { EventRecord } from '../data/dataset/record.ts';
import { type Entity, type Label, spanOfEffect } from '../data/dataset/truth.ts';
import type { ScoredUnit } from '../lab/detectors/detector.ts';
import type { Model } from '../lab/detectors/model.ts';
import { readRunTruth, spanOf } from '../lab/evaluation/dataset-truth.ts';
import { includesEntity } from '../lab/features/unit-key.ts';
import { eventCounter } from '../lab/report/terminal/events.ts';
import { shippedScenario } from '../shop/scenarios/find-scenario.ts';
import { simulate } from './api.ts';
import { detectInDataset } from './detect-in-dataset.ts';
import type { OnStage } from './experiment/stage.ts';

/** Two days of the shop, and what a model found in them. */
export type Demo = Awaited<ReturnType<typeof runDemo>>;

/**
 * Simulates the scenario `sample` with its own seed into `dir/dataset`, and runs a model of stock-exhaustion over it.
 *
 * @throws WRITE_FAILED; an AbortError at `signal`
 */
export async function runDemo(
  model: Model,
  { dir, signal, onStage }: { readonly dir: string; readonly signal: AbortSignal; readonly onStage: OnStage },
) {
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
    /** With the highest score of a unit that is about it; undefined where none was scored. */
    nearMisses: nearMisses.map(nearMiss => ({ nearMiss, highestScore: highestScoreAbout(nearMiss, scored) })),
    alarms: alarms.map(alarm => ({
      ...alarm,
      /** The label that it is right about. */
      label: labels.find(label => label.anomaly === alarm.anomaly && touches(label, alarm, [alarm.entity])),
      /** The first message in which stock that this user held returned unsold. */
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
