// Draws docs/images/report-light.webp and report-dark.webp, the first screen of a report, for the README: from the results directory that is given,
// by default that of `npm start`. Needs a Chromium or Chrome in PATH. Run `npm run docs:report`, after `npm start`.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const [results = join(root, 'results', 'all-seed-1-2-3-4')] = process.argv.slice(2);
const mostBytes = 150 * 1024;

const executablePath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap(dir => ['chromium', 'chromium-browser', 'google-chrome'].map(name => join(dir, name)))
  .find(existsSync);
if (executablePath === undefined)
  throw new Error('Cannot draw the report: there is no chromium or google-chrome in PATH');

const browser = await chromium.launch({ executablePath });
try {
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: { width: 1100, height: 850 }, colorScheme });
    await page.goto(pathToFileURL(join(results, 'report.html')).href);
    // As high as what is on the first screen.
    const { y, height } = await page.locator('.legend').first().boundingBox();
    const path = join(root, 'docs', 'images', `report-${colorScheme}.webp`);
    const clip = { x: 0, y: 0, width: 1100, height: Math.ceil(y + height + 2), scale: 1.25 };
    // WebP is half as large as PNG here.
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80, clip });
    writeFileSync(path, Buffer.from(data, 'base64'));
    await page.close();
    const { size } = statSync(path);
    console.log(`${path}: ${Math.ceil(size / 1024)} kB`);
    if (size > mostBytes) throw new Error(`Cannot keep ${path}: it has ${size} bytes, expected at most ${mostBytes}`);
  }
} finally {
  await browser.close();
}
