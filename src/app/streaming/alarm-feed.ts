import { hash64Hex } from '../../base/hash.ts';
import { rfc3339 } from '../../base/time.ts';
import type { Message } from '../../broker/message.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { type LoadedDetector, startDetection } from '../../lab/detectors/detect.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';

/** What a detector finds of an anomaly: the moment from which it saw it, and, once it is over, all of it. */
export type AlarmEvent = {
  readonly type: 'AnomalyDetected' | 'AnomalyEnded';
  /** The same for the same alarm of the same detector, however often the stream is read. */
  readonly id: string;
  readonly alarm: Alarm;
};

/**
 * What happened to an alarm event: published now; published before, by any process; or not published, since it follows only from the end of what
 * was read: with more messages, another event may have the same id.
 */
export type PublicationStatus = 'new' | 'before' | 'provisional';

/** A detection that returns an event for each alarm when it is raised, and another when it is closed. */
export class AlarmFeed {
  readonly #detection: ReturnType<typeof startDetection>;
  readonly #raised = new Set<string>();
  #events: AlarmEvent[] = [];
  #isOver = false;

  constructor(ready: LoadedDetector, startMs: number) {
    this.#detection = startDetection([ready], startMs, {
      onScored: ({ score }) => {
        this.#isOver ||= score > ready.threshold;
      },
      onAlarm: alarm => {
        // An alarm may be raised and closed between two looks.
        this.#raise(alarm);
        this.#raised.delete(idOf('AnomalyDetected', alarm));
        this.#events.push({ type: 'AnomalyEnded', id: idOf('AnomalyEnded', alarm), alarm });
      },
    });
  }

  /** Takes the next record, in dataset order. */
  push(record: EventRecord): readonly AlarmEvent[] {
    this.#detection.push(record);
    return this.#withOpen();
  }

  /** Time goes on to `timeMs` [ms] without a record. */
  advance(timeMs: number): readonly AlarmEvent[] {
    this.#detection.advance(timeMs);
    return this.#withOpen();
  }

  /** The stream ends: whatever is open is over. */
  finish(endMs: number): readonly AlarmEvent[] {
    this.#detection.finish(endMs);
    return this.#take();
  }

  #withOpen(): readonly AlarmEvent[] {
    if (this.#isOver) for (const alarm of this.#detection.openAlarms()) this.#raise(alarm);
    return this.#take();
  }

  #raise(alarm: Alarm): void {
    const id = idOf('AnomalyDetected', alarm);
    if (this.#raised.has(id)) return;
    this.#raised.add(id);
    this.#events.push({ type: 'AnomalyDetected', id, alarm });
  }

  #take(): readonly AlarmEvent[] {
    this.#isOver = false;
    if (this.#events.length === 0) return this.#events;
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

/** An alarm event as a message. Its time is the virtual moment from which the detector could know. */
export function messageOf({ type, id, alarm }: AlarmEvent): Message {
  const { anomaly, detector, entity, startMs, endMs, detectedAtMs, score, threshold, evidence } = alarm;
  return {
    kind: 'event',
    type,
    id,
    source: '/detection',
    subject: entity.id,
    time: type === 'AnomalyDetected' ? detectedAtMs : endMs,
    correlationid: '',
    causationid: '',
    data: {
      anomaly,
      detector,
      entity,
      start: rfc3339(startMs),
      end: rfc3339(endMs),
      detectedAt: rfc3339(detectedAtMs),
      score,
      threshold,
      evidence: evidence.text,
      features: evidence.features,
    },
  };
}

function idOf(type: AlarmEvent['type'], { detector, anomaly, entity, startMs }: Alarm): string {
  return hash64Hex([type, anomaly, detector, entity.type, entity.id, startMs].join('/'));
}
