import { firstOf } from '../../base/words.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import { entityKey } from '../features/unit-key.ts';
import type { Alarm, Evidence, ScoredUnit } from './detector.ts';

type OpenAlarm = {
  startMs: number;
  endMs: number;
  detectedAtMs: number;
  /** The unit with the highest score: it explains the alarm. */
  best: ScoredUnit;
  /** Those involved in any of its units, each once, in the order of their units. */
  readonly involved: Map<string, Entity>;
};

/** Involved entities of one type that an alarm's evidence names. */
const namedAtMost = 5;

/**
 * Joins the units over a threshold into alarms, as they come: alarms of one detector and entity less than `gapMs` apart are one alarm. Its score is the highest of its units, and its evidence is that
 * unit's, with the entities involved in any of them. Its `detectedAtMs` is the end of its first window. Alarms that close together are ordered by start, then entity.
 */
export function alarmMerger(options: {
  readonly detector: string;
  readonly anomaly: string;
  readonly threshold: number;
  readonly gapMs: number;
}) {
  const openAlarms = new Map<string, OpenAlarm>();

  function toAlarm(alarm: OpenAlarm): Alarm {
    const involved = [...alarm.involved.values()];
    return {
      startMs: alarm.startMs,
      endMs: alarm.endMs,
      detectedAtMs: alarm.detectedAtMs,
      score: alarm.best.score,
      threshold: options.threshold,
      anomaly: options.anomaly,
      entity: alarm.best.unit.entity,
      ...(involved.length === 0 ? {} : { involved }),
      detector: options.detector,
      evidence: withInvolved(alarm.best.explain(), involved),
    };
  }

  function close(where: (alarm: OpenAlarm) => boolean): readonly Alarm[] {
    const closed: Alarm[] = [];
    for (const [key, alarm] of openAlarms) {
      if (!where(alarm)) continue;
      openAlarms.delete(key);
      closed.push(toAlarm(alarm));
    }
    return closed.sort(byStart);
  }

  return {
    /** Takes the next scored unit, in stream order; returns the alarms that its time closes. */
    push(scored: ScoredUnit): readonly Alarm[] {
      const { unit } = scored;
      const closed = openAlarms.size === 0 ? [] : close(alarm => unit.startMs - alarm.endMs >= options.gapMs);
      if (scored.score > options.threshold) {
        const key = entityKey(unit.entity);
        const known = openAlarms.get(key);
        if (known === undefined) {
          const { endMs } = unit;
          const startMs = scored.sinceMs ?? unit.startMs;
          const alarm = { startMs, endMs, detectedAtMs: endMs, best: scored, involved: new Map() };
          openAlarms.set(key, alarm);
          involve(alarm, scored);
        } else {
          known.endMs = Math.max(known.endMs, unit.endMs);
          if (scored.score > known.best.score) known.best = scored;
          involve(known, scored);
        }
      }
      return closed;
    },
    /** Returns the alarms still open. */
    finish: () => close(() => true),
    /** The open alarms in their present state, which a live run shows before they close. */
    open: (): readonly Alarm[] => [...openAlarms.values()].map(toAlarm).sort(byStart),
  };
}

function involve({ involved }: OpenAlarm, { unit }: ScoredUnit): void {
  for (const entity of unit.involved ?? []) involved.set(entityKey(entity), entity);
}

/** "12 reservations of one product in 3 h without buying it (usually at most 3); product p-0017" */
function withInvolved(evidence: Evidence, involved: readonly Entity[]): Evidence {
  const lists = [...new Set(involved.map(({ type }) => type))].map(type => {
    const ids = involved.filter(entity => entity.type === type).map(({ id }) => id);
    return `; ${type}${ids.length === 1 ? '' : 's'} ${firstOf(ids, namedAtMost)}`;
  });
  return { ...evidence, text: evidence.text + lists.join('') };
}

/** Merges alarms of any origin in the same way; our own are merged already. Ordered by start, then entity. */
export function mergedAlarms(alarms: readonly Alarm[], windowMs: number): readonly Alarm[] {
  const last = new Map<string, Alarm>();
  const merged: Alarm[] = [];
  for (const alarm of [...alarms].sort(byStart)) {
    const key = `${alarm.detector}/${alarm.anomaly}/${entityKey(alarm.entity)}`;
    const before = last.get(key);
    if (before === undefined || alarm.startMs - before.endMs >= windowMs) {
      if (before !== undefined) merged.push(before);
      last.set(key, alarm);
    } else {
      const best = alarm.score > before.score ? alarm : before;
      last.set(key, {
        ...best,
        startMs: before.startMs,
        endMs: Math.max(before.endMs, alarm.endMs),
        detectedAtMs: Math.min(before.detectedAtMs, alarm.detectedAtMs),
      });
    }
  }
  return [...merged, ...last.values()].sort(byStart);
}

function byStart(a: Alarm, b: Alarm): number {
  return a.startMs - b.startMs || (a.entity.id < b.entity.id ? -1 : Number(a.entity.id > b.entity.id));
}
