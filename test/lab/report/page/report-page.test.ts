import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  writeComparison,
  writeEvaluationHtml,
  writeReport,
  writeRunReport,
  writeSeriesReport,
} from '../../../../src/lab/report/report-files.ts';
import { noChromium, startChromium } from '../../../support/chromium.ts';
import { sampleReportData } from '../../../support/sample-report-data.ts';
import { sampleResults } from '../../../support/sample-results.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

if (noChromium !== undefined) console.warn(`Tests of the report in a browser are skipped: ${noChromium}.`);

describe.skipIf(noChromium !== undefined)('the report in a browser', () => {
  let browser: Browser;
  const dir = temporaryDirectory(afterAll);
  let url: string;

  beforeAll(async () => {
    url = pathToFileURL(writeRunReport(dir, sampleReportData())).href;
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  /** Opens the report. The test fails at its end if there was an error, or if anything was loaded. */
  async function open(hash = '', { width = 1280, dark = false, report = url } = {}): Promise<Page> {
    const page = await browser.newPage({
      viewport: { width, height: 800 },
      colorScheme: dark ? 'dark' : 'light',
    });
    // A busy machine may take longer than the half minute that is usual.
    page.setDefaultTimeout(100_000);
    const complaints: string[] = [];
    page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', error => complaints.push(error.message));
    page.on('request', request => {
      if (request.url().split('#')[0] !== report && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    onTestFinished(async () => {
      await page.close();
      expect(complaints).toEqual([]);
    });
    await page.goto(`${report}${hash}`);
    return page;
  }

  /** Charts are drawn in the next frame, which may come late on a busy machine. */
  const soon = { timeout: 30_000 };
  const isClipped = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  /** The texts of cells that the right edge of the page cuts, but for tables that scroll. */
  const cutCells = (page: Page) =>
    page.evaluate(
      "[...document.querySelectorAll('.part.open :is(th, td), .part.open :is(th, td) *')].filter(each => !each.closest('.scroll') && each.getBoundingClientRect().right > innerWidth).map(each => each.textContent)",
    );
  const zoomOf = (page: Page) => page.locator('.part.open figure.timeline svg text').allTextContents();

  test('shows the first part where the address names none, even a malformed one', async () => {
    const page = await open('#50%');
    expect(await page.locator('.part.open').count()).toBe(1);
  });

  // In CI the main job has left its results beside its models.
  const trained = process.env.CQSHOP_TRAINED_MODELS;
  test.skipIf(trained === undefined)('the report of the main job is at most 1.5 MB, and draws', async () => {
    const path = join(trained ?? '', '..', 'report.html');
    expect(statSync(path).size).toBeLessThan(1_500_000);
    const page = await open('#price-error', { report: pathToFileURL(path).href });
    expect(await page.locator('.part.open figure svg').count()).toBeGreaterThan(1);
    expect(await page.locator('.story').count()).toBe(4);
  });

  test('begins with one screen that shows all anomalies', async () => {
    const page = await open();
    const stories = page.locator('.story');
    expect(await stories.count()).toBe(4);
    const last = await stories.last().boundingBox();
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThan(950);
    expect(await page.locator('.part.open').getAttribute('id')).toBe('story');
  });

  test('draws, shows another channel, and zooms all charts together', async () => {
    const page = await open('#stock-exhaustion');
    const chart = page.locator('#stock-exhaustion-timeline svg');
    expect(await chart.locator('path').count()).toBeGreaterThan(50);
    const before = await zoomOf(page);
    expect(before.join()).toContain('Mar');
    await page.selectOption('.part.open select', '2');
    await expect.poll(() => zoomOf(page), soon).not.toEqual(before);
    await page.selectOption('.part.open select', '0');
    for (const _ of '1234') await page.click('.part.open button[data-zoom=in]');
    // Four times half: less than two days are left, with hours on the axis.
    await expect.poll(async () => (await zoomOf(page)).join(), soon).toMatch(/\d\d:00/);
    const times = async () => (await zoomOf(page)).filter(text => /:00|Mar/.test(text));
    const zoomed = await times();
    await page.click('nav a[href="#price-error"]');
    await expect.poll(times, soon).toEqual(zoomed);
  });

  test('opens an incident from its bar, and by its address', async () => {
    const page = await open();
    const bar = page.locator('.bar.alarm.right').first();
    await bar.click();
    const incident = page.locator((await bar.getAttribute('href')) ?? '');
    await expect.poll(() => incident.getAttribute('open'), soon).not.toBeNull();
    expect(await incident.innerText()).toContain('unit-minutes held without an order');
    expect(await incident.locator('.chain').innerText()).toContain('ReserveProduct');
    expect(await incident.innerText()).toContain('cqshop show message');
    expect(await incident.locator('.way').innerText()).toContain('orders paid: 0 below 0.5');
    const other = await open('#workload-shape-incident-2');
    expect(await other.locator('#workload-shape-incident-2').isVisible()).toBe(true);
  });

  test.each([false, true])('is not clipped on 400 pixels, dark: %s', async dark => {
    for (const hash of ['', '#stock-exhaustion-incident-1', '#workload-shape', '#reproduce']) {
      const page = await open(hash, { width: 400, dark });
      for (const details of await page.locator('.part.open details').all()) {
        await details.evaluate(element => element.toggleAttribute('open', true));
      }
      expect(await isClipped(page), hash).toBe(false);
      const covered = await page.evaluate(`[...document.querySelectorAll('.part.open .tree li')].filter(one => {
        const [answer, bar] = ['.answer', '.bar'].map(name => one.querySelector(name).getBoundingClientRect());
        return bar.top < answer.bottom;
      }).length`);
      expect(covered, hash).toBe(0);
    }
  });

  test('shows all figures of an evaluation on 400 pixels', async () => {
    const results = sampleResults();
    const wide = {
      labels: 240,
      detected: 238,
      delayMinutesMedian: 56,
      averagePrecision: 0.958,
      averagePrecisionLow: 0.951,
      averagePrecisionHigh: 0.963,
    };
    const rows = results.rows.map(row => ({ ...row, ...wide }));
    const evaluation = join(dir, 'evaluation');
    mkdirSync(evaluation);
    const report = pathToFileURL(writeEvaluationHtml(evaluation, { ...results, rows })).href;
    expect(await cutCells(await open('', { width: 400, report }))).toEqual([]);
  });

  test('shows all figures of a comparison on 400 pixels', async () => {
    const [before, after, path] = ['before', 'after', 'both.html'].map(name => join(dir, name));
    for (const one of [before, after]) {
      mkdirSync(one ?? '');
      writeFileSync(join(one ?? '', 'results.json'), JSON.stringify(sampleResults()));
    }
    const report = pathToFileURL(writeComparison([before ?? '', after ?? ''], path ?? '')).href;
    const page = await open('', { width: 400, report });
    const beyond = await page.evaluate(
      "[...document.querySelectorAll('.compared td')].filter(cell => cell.getBoundingClientRect().right > 400).length",
    );
    expect(beyond).toBe(0);
    expect(await page.locator('.compared td').first().isVisible()).toBe(true);
  });

  test('works by keyboard', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.focus('nav a[href="#price-error"]');
    await page.keyboard.press('Enter');
    await page.locator('#price-error-incident-1').waitFor();
    await page.focus('.skip');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#content$/);
    await page.locator('#price-error-incident-1').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate("document.activeElement.closest('.part')?.id")).toBe('price-error');
    await page.focus('#price-error-incident-1 summary');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#price-error-incident-1').getAttribute('open'), soon).not.toBeNull();
    await page.focus('.part.open button[data-zoom=in]');
    const before = await zoomOf(page);
    await page.keyboard.press('Enter');
    await expect.poll(() => zoomOf(page), soon).not.toEqual(before);
  });

  test('prints all parts, with their charts', async () => {
    const page = await open();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    for (const part of await page.locator('.part').all()) expect(await part.isVisible()).toBe(true);
    expect(await page.locator('figure.timeline svg').count()).toBe(4);
    const pdf = await page.pdf();
    expect(pdf.length).toBeGreaterThan(20_000);
  });

  test('shows the channel of an incident in its plot', async () => {
    const [one] = sampleReportData().anomalies.filter(
      ({ series, alarms }) => series.channels.length > 1 && alarms.length > 0,
    );
    if (one === undefined) throw new Error('the sample has no alarm beside two channels');
    const last = one.series.channels.length - 1;
    const entity = { type: 'channel', id: one.series.channels[last]?.name ?? '' } as const;
    const series = { ...one.series, unit: 'value' };
    const report = { ...one, series, forecast: undefined, alarms: one.alarms.map(alarm => ({ ...alarm, entity })) };
    const out = join(dir, 'channels');
    mkdirSync(out, { recursive: true });
    const page = await open('', {
      report: pathToFileURL(writeSeriesReport(out, { format: 1, report, rows: [] })).href,
    });
    const choice = page.locator('select[data-chart]');
    expect(await choice.inputValue()).toBe('0');
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    await page.locator('.incident button[data-chart]').first().click();
    expect(await choice.inputValue()).toBe(`${last}`);
    expect(await page.locator('figure.timeline').getAttribute('data-channel')).toBe(`${last}`);
  });

  /** Pages with all kinds of part: of a run, of an evaluation with an audit and a benchmark, of a comparison, of series. */
  function allPages(): readonly string[] {
    const [evaluation = '', run = '', series = ''] = ['evaluation-and-more', 'run', 'series'].map(name =>
      join(dir, name),
    );
    for (const each of [evaluation, run, series]) mkdirSync(each, { recursive: true });
    const write = (name: string, value: unknown) => writeFileSync(join(evaluation, name), JSON.stringify(value));
    const results = sampleResults();
    const rows = results.rows.filter(({ anomaly }) => anomaly === 'price-error');
    write('results.json', { ...results, rows });
    const findings = (['pass', 'fail', 'undecided'] as const).map(verdict => ({
      ...{ check: 'one-liners', anomaly: null, verdict },
      sentence: 'no single statement finds the anomalies (best: maximum of payments, average precision 0.21)',
    }));
    write('audit.json', { datasets: [{ dir: 'datasets/sample' }], findings });
    const scores = ['ours', 'randomCutForest'].map(detector => ({
      ...{ detector, role: 'learner' },
      profiles: { standard: 61.27, reward_low_FP_rate: 53.4, reward_low_FN_rate: 66.1 },
    }));
    write('benchmark.json', { files: 58, windows: 116, rows: scores, publishedOnAllFiles: scores });
    const comparison = writeComparison([evaluation, evaluation], join(dir, 'compared.html'));
    const data = sampleReportData();
    const page = writeRunReport(run, { ...data, anomalies: data.anomalies.filter((_, index) => index % 3 === 0) });
    const unlabelled = { labels: [], nearMisses: [], isJudged: false };
    const ofSeries = data.anomalies
      .slice(2, 3)
      .map(one => writeSeriesReport(series, { format: 1, report: { ...one, ...unlabelled }, rows: [] }));
    return [page, writeReport(evaluation), comparison, ...ofSeries].map(path => pathToFileURL(path).href);
  }

  test.each([
    { width: 1280, dark: false },
    { width: 400, dark: true },
  ])('has nothing that axe complains about, in all parts of all pages: %o', async look => {
    for (const report of allPages()) {
      const page = await open('', { ...look, report });
      await page.evaluate(`for (const one of document.querySelectorAll('.part')) one.classList.add('open');
        for (const one of document.querySelectorAll('details')) one.open = true;
        window.dispatchEvent(new Event('resize'));`);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>(
        "axe.run({ exclude: ['figure.chart > div'] }, { resultTypes: ['violations'] })",
      );
      expect(violations.map(({ id, nodes }) => [id, nodes.length, nodes[0]?.html])).toEqual([]);
    }
  });
});
