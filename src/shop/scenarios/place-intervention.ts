import { CqshopError, type ErrorCode } from '../../base/errors.ts';
import { rfc3339, type Span } from '../../base/time.ts';
import type { RandomStream } from '../engine/random.ts';
import { compactDuration, type DurationRange, durationOf, parseMoment } from './moments.ts';
import type { PlannedAnomaly } from './scenario.ts';

const tries = 1000;

/** What placing an anomaly or a near miss depends on. */
export type Planned = Pick<PlannedAnomaly, 'id' | 'at' | 'duration'>;

/** Draws another span at every call. */
type Draw = () => Span;

/** True if its beginning or its length is drawn. */
export function isDrawn({ at, duration }: Planned): boolean {
  return at === 'random' || typeof at === 'object' || duration === 'random' || typeof duration === 'object';
}

/** Returns a function that draws a span for an intervention at each call: first its length, then its beginning. */
export function drawing(
  { at, duration }: Planned,
  context: {
    readonly stream: RandomStream;
    readonly usual: DurationRange;
    readonly run: Span;
    readonly interior: Span;
  },
): Draw {
  const { stream, usual, run, interior } = context;
  const between = (from: number, to: number) =>
    to > from ? from + Math.floor(stream.uniform() * (to - from + 1)) : from;
  const drawDuration = () => {
    if (duration === 'random') return between(usual.from, usual.to);
    if (typeof duration === 'string') return durationOf(duration);
    return between(durationOf(duration.from), durationOf(duration.to));
  };
  const drawStart = (durationMs: number) => {
    if (at === 'random') return between(interior.startMs, interior.endMs - durationMs);
    if (typeof at === 'string') return parseMoment(at, run.startMs);
    return between(parseMoment(at.from, run.startMs), parseMoment(at.to, run.startMs));
  };
  return () => {
    const durationMs = drawDuration();
    const startMs = drawStart(durationMs);
    return { startMs, endMs: startMs + durationMs };
  };
}

/** What a place must fit into, and stay apart from. */
export type Neighbours = {
  readonly run: Span;
  readonly others: readonly (readonly [id: string, span: Span])[];
  /** Where it stands in its file, for errors: `<file>:<line>:<column>`. */
  readonly position: string | undefined;
};

/**
 * The place of an intervention whose beginning and length are stated.
 *
 * @throws OVERLAPPING_ANOMALIES when it overlaps one of the others
 * @throws SCENARIO_INVALID when it is not inside the run
 */
export function fixedPlace({ id }: Planned, draw: Draw, { run, others, position }: Neighbours): Span {
  const place = draw();
  if (!isInside(place, run)) throw outsideRun(id, place, { run, position });
  const other = others.find(([, span]) => overlap(span, place, 0));
  if (other !== undefined) {
    throw cannotPlace('OVERLAPPING_ANOMALIES', id, position, { anomalies: [other[0], id] })(
      `${describe(place)} overlaps ${other[0]}, ${describe(other[1])}`,
      'anomalies apart in time or allowOverlap: true at the top level of the file',
    );
  }
  return place;
}

/**
 * The first drawn place that is inside the run, `gapMs` away from all others, and fits. If none of 1000 fits, the first that is free.
 *
 * @throws OVERLAPPING_ANOMALIES when 1000 draws find none because of the others
 * @throws SCENARIO_INVALID when they find none inside the run
 */
export function freePlace(
  { id }: Planned,
  draw: Draw,
  {
    run,
    others,
    position,
    gapMs,
    fits = () => true,
  }: Neighbours & { readonly gapMs: number; readonly fits?: ((place: Span) => boolean) | undefined },
): Span {
  let place = draw();
  let free: Span | undefined;
  for (let attempt = 1; ; attempt++) {
    if (isInside(place, run) && !others.some(([, span]) => overlap(span, place, gapMs))) {
      if (fits(place)) return place;
      free ??= place;
    }
    if (attempt === tries) break;
    place = draw();
  }
  if (free !== undefined) return free;
  if (others.length === 0 || !isInside(place, run)) throw outsideRun(id, place, { run, position });
  const names = others.map(([other]) => other);
  throw cannotPlace('OVERLAPPING_ANOMALIES', id, position, { anomalies: [...names, id] })(
    `${tries} draws found no place ${compactDuration(gapMs)} away from ${names.join(', ')}`,
    'more days, fewer anomalies or allowOverlap: true at the top level of the file',
  );
}

function isInside(inner: Span, outer: Span): boolean {
  return inner.startMs >= outer.startMs && inner.endMs <= outer.endMs;
}

function overlap(a: Span, b: Span, gapMs: number): boolean {
  return a.startMs < b.endMs + gapMs && b.startMs < a.endMs + gapMs;
}

function outsideRun(id: string, place: Span, { run, position }: Omit<Neighbours, 'others'>): CqshopError {
  return cannotPlace(
    'SCENARIO_INVALID',
    id,
    position,
  )(`${describe(place)} is not inside the run`, `a time within ${describe(run)}, or more days`);
}

/** "mine.yaml:8:72: Cannot place a: …, expected …" */
function cannotPlace(code: ErrorCode, id: string, position: string | undefined, details: Record<string, unknown> = {}) {
  const place = position === undefined ? '' : `${position}: `;
  return (found: string, expected: string) =>
    new CqshopError(code, `${place}Cannot place ${id}: ${found}, expected ${expected}`, { details });
}

/** A span for messages: `2026-03-05T14:30:00Z for 2h30m`. */
function describe({ startMs, endMs }: Span): string {
  return `${rfc3339(startMs).replace('.000Z', 'Z')} for ${compactDuration(endMs - startMs)}`;
}
