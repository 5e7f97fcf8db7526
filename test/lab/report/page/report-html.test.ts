import { describe, expect, test } from 'vitest';
import { formatDate, formatDuration, formatMoment, formatSpan } from '../../../../src/base/format-time.ts';
import { dayMs } from '../../../../src/base/time.ts';
import { mainMetrics } from '../../../../src/lab/evaluation/metrics.ts';
import { shopChannels } from '../../../../src/lab/features/series-channels.ts';
import { html, scriptJson } from '../../../../src/lab/report/page/html.ts';
import { pageStyle } from '../../../../src/lab/report/page/page-style.ts';
import { reportHtml } from '../../../../src/lab/report/page/report-html.ts';
import { treeHtml } from '../../../../src/lab/report/page/tree-html.ts';
import { sampleReportData } from '../../../support/sample-report-data.ts';
import { wordsOf } from '../../../support/words-of.ts';

const page = reportHtml(sampleReportData(), '/* charts */');

/** The options of all charts in a page. */
function optionsIn(text: string): readonly string[] {
  return [...text.matchAll(/<script type="application\/json">(.*?)<\/script>/gs)].map(([, json]) => json ?? '');
}

describe('html', () => {
  test('escapes text and attributes, but not what is HTML already', () => {
    expect(html`<a title="${'"><script>'}">${"<b> & 'c'"}${html`<i>${1}</i>`}${[html`x`, html`y`]}</a>`.text).toBe(
      '<a title="&#34;&#62;&#60;script&#62;">&#60;b&#62; &#38; &#39;c&#39;<i>1</i>xy</a>',
    );
  });

  test('scriptJson cannot end its element', () => {
    const value = { text: '</script><!--' };
    expect(scriptJson(value).text).not.toContain('<');
    expect(JSON.parse(scriptJson(value).text)).toEqual(value);
  });
});

describe('reportHtml', () => {
  test('needs no network: it names nothing to load', () => {
    expect(page.replace('<link rel="icon" href="data:,">', '')).not.toMatch(
      /<(link|img|iframe|object|embed)|\bsrc=|@import|url\(|https?:/,
    );
  });

  test('says what the columns of all figures mean, to those who have no pointer, too', () => {
    for (const { explanation } of mainMetrics) expect(page).toContain(`<dd>${explanation}</dd>`);
  });

  test('takes no text of the data for HTML, neither in the page nor in tooltips', () => {
    const data = sampleReportData();
    const attack = '</script><img src=x onerror=alert(1)>';
    const [first] = data.anomalies;
    if (first === undefined) throw new TypeError('the sample has anomalies');
    const attacked = {
      ...data,
      run: { ...data.run, name: attack, command: attack },
      rows: data.rows.map(row => ({ ...row, detector: attack, variant: attack })),
      anomalies: [
        {
          ...first,
          learner: { ...first.learner, id: attack, description: attack },
          series: { ...first.series, channels: [{ name: attack, counts: [1] }] },
          labels: first.labels.map(label => ({
            ...label,
            id: attack,
            kind: attack,
            entities: [{ type: 'user' as const, id: attack }],
          })),
          nearMisses: first.nearMisses.map(miss => ({ ...miss, id: attack, kind: attack })),
          alarms: first.alarms.map(alarm => ({
            ...alarm,
            evidence: attack,
            entity: { type: 'user' as const, id: attack },
          })),
          tree: {
            units: 2,
            positives: 1,
            question: {
              feature: attack,
              phrase: attack,
              threshold: 1,
              below: { units: 1, positives: 0 },
              atLeast: { units: 1, positives: 1 },
            },
          },
        },
      ],
    };
    const text = reportHtml(attacked, '');
    expect(text).not.toContain('<img');
    const tooltips = optionsIn(text).flatMap(json =>
      [...json.matchAll(/"formatter":"([^"]*)"/g)].map(([, tip]) => tip),
    );
    expect(tooltips.length).toBeGreaterThan(10);
    for (const tip of tooltips) expect(JSON.parse(`"${tip}"`)).not.toContain('<img');
  });

  test('states what was found of each anomaly, how many alarms were false, and who is ahead', () => {
    const story = page.slice(page.indexOf('<article class="story" aria-label="price-error">'));
    const words = wordsOf(story.slice(0, story.indexOf('</article>')));
    expect(words).toContain(
      'price-error 7 of 9 found cart found 7 of 9 anomalies, half of them within 31 min. 1 of its 9 alarms was false, for a near miss. It ranks worse than the best baseline, rule, which found 6. ',
    );
    expect(words).toContain(' rule best baseline 6/9 3.3 58 min 0.93 ');
    expect(words).toContain('5 caveats about these figures rule beats cart on average precision, 0.93 against 0.90.');
  });

  test('writes a date where its day begins', () => {
    const data = sampleReportData();
    const eightDays = data.anomalies.map(({ test, ...report }) => ({
      ...report,
      test: { ...test, endMs: test.startMs + 8 * dayMs },
    }));
    const [ticks = ''] = reportHtml({ ...data, anomalies: eightDays }, '').match(/<div class="ticks".*?<\/div>/s) ?? [];
    const dates = [...ticks.matchAll(/left:([\d.]+)%[^>]*>([^<]+)</g)].map(([, left, date]) => `${left}: ${date}`);
    expect(dates).toEqual(['0.00: 2 Mar', '25.00: 4 Mar', '50.00: 6 Mar', '75.00: 8 Mar']);
  });

  test('writes years where a run has more than one', () => {
    const data = sampleReportData();
    const anomalies = data.anomalies.map(one => ({
      ...one,
      test: { ...one.test, endMs: one.test.startMs + 400 * dayMs },
    }));
    const years = reportHtml({ ...data, anomalies }, '').match(/ Mar 2026 \d\d:\d\d/g) ?? [];
    expect(years.length).toBeGreaterThan(10);
    expect(page).not.toMatch(/ Mar 2026 \d\d:\d\d/);
  });

  test('draws a timeline for each anomaly, forecasts and scores where there are any', () => {
    expect(page.match(/<figure class="chart timeline"/g)).toHaveLength(4);
    const channels = page.match(/<option value="\d+">[^<]*<\/option>/g) ?? [];
    expect(channels).toHaveLength(4 * (shopChannels.names.length + 1));
    expect(channels.filter(channel => channel.includes('with forecast'))).toHaveLength(shopChannels.names.length + 1);
    expect(page.match(/<figure class="chart scores"/g)).toHaveLength(2);
    for (const json of optionsIn(page)) expect(() => JSON.parse(json)).not.toThrow();
  });

  test('has the threshold in the plot of the scores where no score comes near it', () => {
    const data = sampleReportData();
    const scoreLine = { startMs: 0, stepMinutes: 60, values: [0.1, 0.2] };
    const anomalies = data.anomalies.map(one => ({
      ...one,
      ...{ scoreLine, learner: { ...one.learner, threshold: { value: 0.4839, note: '' } } },
    }));
    const options = optionsIn(reportHtml({ ...data, anomalies }, '')).map(text => JSON.parse(text));
    const axes = options.flatMap(({ yAxis }) => yAxis ?? []).filter(({ name }) => name === 'score');
    expect(axes.map(({ max }) => max)).toEqual(data.anomalies.map(() => 0.5));
  });

  test('uses only colours that the style has', () => {
    const used = new Set(optionsIn(page).flatMap(json => [...json.matchAll(/"(--[\w-]+)"/g)].map(([, name]) => name)));
    expect(used.size).toBeGreaterThan(10);
    for (const name of used) expect(pageStyle).toContain(`${name}: `);
  });

  test('says of which seeds it is, all of them', () => {
    expect(page).toContain('Run sample, seed 1007, cqshop');
    const data = sampleReportData();
    const anomalies = data.anomalies.map((one, index) => ({ ...one, test: { ...one.test, seed: index + 1 } }));
    expect(reportHtml({ ...data, anomalies }, '')).toContain('Run sample, seeds 1 to 4, cqshop');
  });

  test('shows as many digits as it takes to tell scores from the threshold', () => {
    const data = sampleReportData();
    const anomalies = data.anomalies.map(one => ({
      ...one,
      learner: { ...one.learner, threshold: { ...one.learner.threshold, value: 0.99763 } },
      alarms: one.alarms.slice(0, 2).map((alarm, index) => ({ ...alarm, score: index === 0 ? 0.997638 : 0.999 })),
    }));
    const text = reportHtml({ ...data, anomalies }, '');
    expect(text).toContain('needs a score above 0.99763 (');
    expect(text).toContain('score 0.99764<');
  });

  test('counts in words, and calls the whole shop the shop', () => {
    const data = sampleReportData();
    const anomalies = data.anomalies.map(one => ({
      ...one,
      labels: one.labels.slice(0, 1),
      alarms: one.alarms.slice(0, 1),
    }));
    const text = reportHtml({ ...data, anomalies }, '');
    expect(text).toContain('with 1 anomaly and 1 alarm"');
    expect(text).not.toContain('shop shop');
    expect(text).toContain('the shop');
  });

  test('says so where a learner did nothing', () => {
    const data = sampleReportData();
    const quiet = {
      ...data,
      rows: [],
      anomalies: data.anomalies.map(one => ({ ...one, alarms: [], labels: [], nearMisses: [] })),
    };
    const text = reportHtml(quiet, '');
    expect(text).toContain('It raised no alarm.');
  });
});

test('treeHtml asks in words, and shows the score of each leaf', () => {
  const tree = treeHtml({
    units: 1000,
    positives: 10,
    question: {
      feature: 'held',
      phrase: 'units held',
      threshold: 24.5,
      below: { units: 990, positives: 0 },
      atLeast: { units: 10, positives: 10 },
    },
  });
  expect(wordsOf(tree.text)).toBe(
    'units held ? 10 of 1,000 anomalous (1 %) below 24.5 score 0.001 0 of 990 anomalous (0 %) 24.5 or more score 0.917 10 of 10 anomalous (100 %)',
  );
});

test('times are told in UTC', () => {
  const at = Date.UTC(2026, 2, 2, 14, 5);
  expect(formatMoment(at)).toBe('2 Mar 14:05');
  expect(formatDate(at)).toBe('2026-03-02');
  expect(formatSpan(at, at + 3_600_000)).toBe('2 Mar 14:05 – 15:05');
  expect(formatSpan(at, at + 86_400_000)).toBe('2 Mar 14:05 – 3 Mar 14:05');
  expect([0, 0.00025, 0.5, 12.4, 119, 150, 2880, 3024].map(formatDuration)).toEqual([
    '0 s',
    '15 ms',
    '30 s',
    '12 min',
    '119 min',
    '2.5 h',
    '2 days',
    '2.1 days',
  ]);
});
