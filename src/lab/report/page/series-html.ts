import { formatDatedSpan } from '../../../base/format-time.ts';
import type { SeriesReport } from '../report-data.ts';
import { anomalySection } from './anomaly-html.ts';
import { fittingPage } from './fitting-page.ts';
import { type PagePart, pageHtml } from './page-html.ts';

/** Alarms in series of any origin as one page: channels over time, scores and incidents; where there are labels, what was found and missed. */
export function seriesHtml(
  name: string,
  { report, rows }: SeriesReport,
  chartLibrary: string,
  more: readonly PagePart[] = [],
): string {
  const { startMs, endMs } = report.test;
  return fittingPage([report], shown =>
    pageHtml({
      title: name,
      heading: 'Alarms in series',
      about: `${name}, ${formatDatedSpan(startMs, endMs)} UTC`,
      chartLibrary,
      parts: [...shown.map(one => ({ id: 'story', title: 'overview', content: anomalySection(one, rows) })), ...more],
      footer: 'Each score follows from earlier samples only. All times are UTC.',
    }),
  );
}
