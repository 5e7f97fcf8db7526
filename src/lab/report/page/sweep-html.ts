import { formatDuration } from '../../../base/format-time.ts';
import { isEntityAnomaly } from '../../evaluation/matching.ts';
import { allVariants, type SweepPoint } from '../../evaluation/sweep-points.ts';
import { byDetector, formatSeen, mostFoundBaseline, pointAt, strengthsOf, variantsOf } from '../sweep-columns.ts';
import { Html, html, nothing } from './html.ts';

const [width, height, left, top, bottom] = [420, 230, 48, 12, 44];
/** Lines by role; baselines are thin, so that the learner stands out. */
const order = ['baseline', 'reference', 'external', 'learner'];

/** Recall by strength: a line a detector, with the interval of the learner, for all variants and for each, and all figures in a table. */
export function sweepHtml(points: readonly SweepPoint[]): Html {
  const strengths = strengthsOf(points);
  const detectors = byDetector(points);
  const names = detectors.map(([{ detector }]) => detector).join(', ');
  const variants = variantsOf(points);
  const anomaly = points[0]?.anomaly ?? '';
  const axis = isEntityAnomaly(anomaly) ? 'size, 1 is that of subtle' : 'z: how far it stands out from chance';
  const best = mostFoundBaseline(points);
  const figureOf = (variant: string) => {
    const title = variant === allVariants ? 'all variants' : variant;
    const own = points.filter(point => point.variant === variant);
    return html`<figure class="sweep">${
      variants.length === 0 ? nothing : html`<figcaption>${title}</figcaption>`
    }${picture(own, { strengths, axis, best, label: `recall of ${names} by strength, ${title}` })}</figure>`;
  };
  const rowOf = (variant: string, own: (typeof detectors)[number]) => {
    const [{ detector, role }] = own;
    return html`<tr><th>${detector}</th><td>${role}</td>${
      variants.length === 0 ? nothing : html`<td>${variant}</td>`
    }<td class="n">${formatSeen(own, variant)}</td>${strengths.map(strength => {
      const point = pointAt(own, strength, variant);
      if (point === undefined) return html`<td class="n">-</td>`;
      const delay = point.delayMinutesMedian === null ? '' : ` ${formatDuration(point.delayMinutesMedian)}`;
      return html`<td class="n">${point.recall.toFixed(2)} <small>${delay}</small></td>`;
    })}</tr>`;
  };
  return html`<div class="sweeps">${[allVariants, ...variants].map(figureOf)}</div>
<details><summary>Figures: recall, and median delay</summary><div class="scroll"><table class="narrow"><thead><tr><th>detector</th><th>role</th>${
    variants.length === 0 ? nothing : html`<th>variant</th>`
  }<th class="n" title="the weakest strength at which, and above which, at least half of the labels of each variant are found">sees</th>${strengths.map(
    strength => html`<th class="n">${strength}</th>`,
  )}</tr></thead><tbody>${[allVariants, ...variants].flatMap(variant => detectors.map(own => rowOf(variant, own)))}</tbody></table></div></details>`;
}

type Axes = {
  readonly strengths: readonly number[];
  readonly axis: string;
  /** The baseline that is named. */
  readonly best: string | undefined;
  /** What is drawn, in words. */
  readonly label: string;
};

function picture(points: readonly SweepPoint[], { strengths, axis, best, label }: Axes): Html {
  const x = (strength: number) =>
    left + ((strengths.indexOf(strength) + 0.5) * (width - left - 110)) / Math.max(1, strengths.length);
  const y = (recall: number) => top + (1 - recall) * (height - top - bottom);
  const lines = byDetector(points).sort(([a], [b]) => order.indexOf(a.role) - order.indexOf(b.role));
  const named = lines.filter(([{ role, detector }]) => role !== 'baseline' || detector === best);
  const ends = spread(named.map(line => y(line.at(-1)?.recall ?? 0)));
  return new Html(
    [
      html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">`.text,
      ...[0, 0.25, 0.5, 0.75, 1].map(
        recall =>
          `<path class="grid" d="M${left} ${y(recall)}H${width - 105}"/><text x="${left - 6}" y="${y(recall) + 4}" text-anchor="end">${recall}</text>`,
      ),
      ...strengths.map(
        strength => `<text x="${x(strength)}" y="${height - bottom + 16}" text-anchor="middle">${strength}</text>`,
      ),
      `<text x="${-(top + height - bottom) / 2}" y="10" transform="rotate(-90)" text-anchor="middle">recall</text>`,
      html`<text x="${(left + width - 105) / 2}" y="${height - 8}" text-anchor="middle">${axis}</text>`.text,
      ...lines.map(line => {
        const [{ role }] = line;
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
      ...named.map(
        ([{ role, detector }], index) =>
          html`<text class="name ${role}" x="${width - 100}" y="${((ends[index] ?? 0) + 4).toFixed(1)}">${detector}</text>`
            .text,
      ),
      '</svg>',
    ].join(''),
  );
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
