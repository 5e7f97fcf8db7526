import { isEntityAnomaly } from '../evaluation/matching.ts';
import type { SweepPoint } from '../evaluation/sweep-points.ts';
import { formatDuration } from './format-time.ts';
import { Html, html } from './html.ts';

const [width, height, left, top, bottom] = [420, 230, 40, 12, 44];
/** Lines by role; baselines are thin, so that the learner stands out. */
const order = ['baseline', 'reference', 'external', 'learner'];

/** Recall by strength: a line a detector, with the interval of the learner, and all figures in a table. */
export function sweepHtml(points: readonly SweepPoint[]): Html {
  const strengths = [...new Set(points.map(({ strength }) => strength))].sort((a, b) => a - b);
  const detectors = [...new Set(points.map(({ detector }) => detector))];
  const anomaly = points[0]?.anomaly ?? '';
  const axis = isEntityAnomaly(anomaly) ? 'size, in sizes of what is subtle' : 'z: how far it stands out from chance';
  const at = (detector: string, strength: number) =>
    points.find(point => point.detector === detector && point.strength === strength);
  return html`<figure class="sweep" role="img" aria-label="recall of ${detectors.join(', ')} by strength">${picture(points, strengths, axis)}</figure>
<details><summary>Figures: recall, and median delay</summary><div class="scroll"><table class="narrow"><thead><tr><th>detector</th><th>role</th>${strengths.map(
    strength => html`<th class="n">${strength}</th>`,
  )}</tr></thead><tbody>${detectors.map(
    detector =>
      html`<tr><th>${detector}</th><td>${points.find(point => point.detector === detector)?.role ?? ''}</td>${strengths.map(
        strength => {
          const point = at(detector, strength);
          if (point === undefined) return html`<td class="n">-</td>`;
          const delay = point.delayMinutesMedian === null ? '' : ` ${formatDuration(point.delayMinutesMedian)}`;
          return html`<td class="n">${point.recall.toFixed(2)} <small>${delay}</small></td>`;
        },
      )}</tr>`,
  )}</tbody></table></div></details>`;
}

function picture(points: readonly SweepPoint[], strengths: readonly number[], axis: string): Html {
  const x = (strength: number) =>
    left + ((strengths.indexOf(strength) + 0.5) * (width - left - 110)) / Math.max(1, strengths.length);
  const y = (recall: number) => top + (1 - recall) * (height - top - bottom);
  const lines = [...new Set(points.map(({ detector }) => detector))]
    .map(detector => points.filter(point => point.detector === detector))
    .sort((a, b) => order.indexOf(a[0]?.role ?? '') - order.indexOf(b[0]?.role ?? ''));
  const named = lines.filter(([first]) => first?.role !== 'baseline' || first.detector === bestBaselineOf(points));
  const ends = spread(named.map(line => y(line.at(-1)?.recall ?? 0)));
  return new Html(
    [
      `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">`,
      ...[0, 0.25, 0.5, 0.75, 1].map(
        recall =>
          `<path class="grid" d="M${left} ${y(recall)}H${width - 105}"/><text x="${left - 6}" y="${y(recall) + 4}" text-anchor="end">${recall}</text>`,
      ),
      ...strengths.map(
        strength => `<text x="${x(strength)}" y="${height - bottom + 16}" text-anchor="middle">${strength}</text>`,
      ),
      html`<text x="${(left + width - 105) / 2}" y="${height - 8}" text-anchor="middle">${axis}</text>`.text,
      ...lines.map(line => {
        const role = line[0]?.role ?? '';
        const path = line.map(({ strength, recall }) => `${x(strength)} ${y(recall).toFixed(1)}`).join('L');
        const bars =
          role === 'learner'
            ? line.map(
                ({ strength, recallLow, recallHigh }) =>
                  `<path class="bar-of" d="M${x(strength)} ${y(recallLow).toFixed(1)}V${y(recallHigh).toFixed(1)}"/>`,
              )
            : [];
        return `<g class="${role}"><path class="line" d="M${path}"/>${bars.join('')}</g>`;
      }),
      ...named.map((line, index) => {
        const [first] = line;
        return html`<text class="name ${first?.role ?? ''}" x="${width - 100}" y="${((ends[index] ?? 0) + 4).toFixed(1)}">${first?.detector ?? ''}</text>`
          .text;
      }),
      '</svg>',
    ].join(''),
  );
}

/** The baseline that found most. */
function bestBaselineOf(points: readonly SweepPoint[]): string | undefined {
  const found = new Map<string, number>();
  for (const { role, detector, detected } of points) {
    if (role === 'baseline') found.set(detector, (found.get(detector) ?? 0) + detected);
  }
  return [...found].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** Places of names, moved apart so that they can be read. */
function spread(places: readonly number[]): readonly number[] {
  const sorted = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  const moved = [...places];
  let last = Number.NEGATIVE_INFINITY;
  for (const { place, index } of sorted) {
    last = Math.max(place, last + 13);
    moved[index] = last;
  }
  return moved;
}
