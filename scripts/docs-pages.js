// Writes what code knows into docs/anomalies/ and docs/detectors/: between the lines `<!-- facts -->` and `<!-- end of facts -->` of each page. Draws
// pictures of the sample dataset between `<!-- picture -->` and `<!-- end of picture -->`.
//
//   npm run docs:pages                          write them again
//   node scripts/docs-pages.js --check          fail if facts are not up to date, or a page is missing; needs `npm run build`
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { minuteMs } from '../dist/base/time.js';
import { asSentence } from '../dist/base/words.js';
import { detectorPage } from '../dist/cli/shipped-pages.js';
import { intensities } from '../dist/data/dataset/anomaly-facts.js';
import { readDataset } from '../dist/data/dataset/read-dataset.js';
import { readLabels } from '../dist/data/dataset/read-truth.js';
import { detectors } from '../dist/lab/detectors/registry.js';
import { defaultFalseAlarmsPerDay } from '../dist/lab/detectors/threshold.js';
import { wrapText } from '../dist/lab/report/terminal/wrap-text.js';
import { exploiters } from '../dist/shop/anomalies/price-error/price-error.js';
import { anomalyKinds } from '../dist/shop/anomalies/registry.js';
import { hoardingProfileOf } from '../dist/shop/anomalies/stock-exhaustion/hoarding-profile.js';
import { zOfIntensity } from '../dist/shop/interventions/visibility.js';
import { compactDuration } from '../dist/shop/scenarios/moments.js';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const picture = /(<!-- picture -->\n)[\s\S]*?(<!-- end of picture -->)/;
const facts = /(<!-- facts -->\n)[\s\S]*?(<!-- end of facts -->)/;

const pages = new Map([
  ...anomalyKinds.map(kind => [`anomalies/${kind.id}.md`, () => anomalyFacts(kind)]),
  ...[...new Set(detectors.map(detectorPage))].map(page => [`detectors/${page}.md`, () => detectorFacts(page)]),
]);

function anomalyFacts({ id, variants, taxonomy, defaultDurationMs, subject, entityType }) {
  const { from, to } = defaultDurationMs;
  const own = detectors.filter(({ anomaly, role }) => anomaly === id && role !== 'control');
  const baselines = own.filter(({ role }) => role === 'baseline').map(one => one.id);
  return [
    `- In the field: ${taxonomy}.`,
    `- It lasts ${compactDuration(from)} to ${compactDuration(to)} unless a scenario says otherwise.`,
    `- An alarm is about ${subject === 'shop' ? 'the shop as a whole' : `one ${entityType}, which it must name`}.`,
    '',
    table(['variant', 'what happens'], Object.entries(variants)),
    '',
    ...(strengths[id] === undefined ? [] : [...strengths[id](), '']),
    table(
      ['detector', 'role', 'how'],
      own
        .filter(({ role }) => role !== 'baseline')
        .map(one => [`[${one.id}](../detectors/${detectorPage(one)}.md)`, one.role, asSentence(one.description)]),
    ),
    '',
    wrapText(`Its [baselines](../detectors/baselines.md): ${baselines.join(', ')}.`, 120),
  ].join('\n');
}

function detectorFacts(page) {
  const own = detectors.filter(one => detectorPage(one) === page);
  const ids = [...new Set(own.map(({ id }) => id))];
  const how = ({ role, description, supervised, library }) => [
    role,
    asSentence(description),
    supervised ? 'with labels' : 'without labels',
    library,
  ];
  const budget = ({ anomaly, features, falseAlarmsPerDay = defaultFalseAlarmsPerDay }) => [
    anomaly,
    `${features.windowMs / minuteMs} min`,
    `${Math.round(1 / falseAlarmsPerDay)} days`,
  ];
  const head = ['role', 'how', 'trained', 'computed by'];
  const limits = ['anomaly', 'window', 'one false alarm in'];
  if (ids.length === 1)
    return table(
      [...limits, ...head],
      own.map(one => [...budget(one), ...how(one)]),
    );
  // Anomalies share a row if all else is the same.
  const rows = ids.flatMap(id => {
    const same = own.filter(one => one.id === id);
    return distinct(same.map(how)).map(row => {
      const anomalies = same.filter(one => String(how(one)) === String(row)).map(({ anomaly }) => anomaly);
      return [id, anomalies.join(', '), ...row];
    });
  });
  const all = table(...withoutConstants(['detector', 'anomaly', ...head], rows));
  const isOfBaselines = own.every(({ role }) => role === 'baseline');
  return isOfBaselines ? [table(limits, distinct(own.map(budget))), all].join('\n\n') : all;
}

/** A table without the columns that say the same in each row. */
function withoutConstants(head, rows) {
  const varies = head.map((_, column) => new Set(rows.map(row => row[column])).size > 1);
  const kept = cells => cells.filter((_, column) => varies[column]);
  return [kept(head), rows.map(kept)];
}

function distinct(rows) {
  return [...new Map(rows.map(row => [String(row), row])).values()];
}

/** What intensities mean, where the code knows it. */
const strengths = {
  'stock-exhaustion': () => [
    'Drawn for each anomaly from these ranges. A share is that of the full shelf; the pause lies between two additions.',
    '',
    table(
      [
        'variant',
        'intensity',
        'accounts',
        'products',
        'share of stock',
        'units at once',
        'pause [s]',
        'buys something else',
      ],
      Object.keys(anomalyKinds.find(({ id }) => id === 'stock-exhaustion').variants).flatMap(variant =>
        intensities.map(intensity => {
          const [low, high] = [0, 1].map(end => hoardingProfileOf(variant, intensity, { uniform: () => end }));
          const range = (of, digits = 0) => {
            const ends = [low, high].map(profile => of(profile).toFixed(digits));
            return ends[0] === ends[1] ? ends[0] : ends.join('-');
          };
          return [
            variant,
            intensity,
            range(({ accounts }) => accounts),
            range(({ products }) => products),
            range(({ stockShare }) => stockShare, 2),
            range(({ lotUnits }) => lotUnits),
            range(({ pauseSeconds }) => pauseSeconds),
            range(({ decoyShare }) => 100 * decoyShare).concat(' % of visits'),
          ];
        }),
      ),
    ),
  ],
  'price-error': () => [
    'People who come because of the price:',
    '',
    table(
      ['intensity', 'people (mean)', 'units each (mean)', 'take something else too'],
      intensities.map(intensity => {
        const { mean, units, othersShare } = exploiters[intensity];
        return [intensity, String(mean), String(units), `${100 * othersShare} %`];
      }),
    ),
  ],
  'traffic-intensity': () => [
    'The intensity says how far the anomaly stands out from chance, in standard deviations (z, `visibilityZ` in the label):',
    '',
    table(
      ['intensity', 'z'],
      intensities.map(intensity => [intensity, `${zOfIntensity[intensity].from}-${zOfIntensity[intensity].to}`]),
    ),
  ],
};

/** What an anomaly of the sample dataset did, half an hour a character. */
async function draw(path) {
  const sample = await readDataset(fileURLToPath(new URL('../datasets/sample', import.meta.url)));
  const label = (await readLabels(sample)).find(({ anomaly }) => path === `anomalies/${anomaly}.md`);
  const halfHourMs = 30 * minuteMs;
  const fromMs = Date.parse(label.start) - 8 * halfHourMs;
  const count = Math.round((Date.parse(label.end) - fromMs) / halfHourMs) + 8;
  const users = new Set(label.entities.filter(({ type }) => type === 'user').map(({ id }) => id));
  const products = label.entities.filter(({ type }) => type === 'product').map(({ id }) => id);
  const rows = { account: zeros(count), others: zeros(count), price: zeros(count), units: zeros(count) };
  let price = 0;
  let seen = 0;
  for await (const records of sample.records())
    for (const { type, timeMs, productId, userId, quantity, price: paid } of records) {
      if (!products.includes(productId)) continue;
      const at = Math.floor((timeMs - fromMs) / halfHourMs);
      for (; seen < Math.min(at, count); seen += 1) rows.price[seen] ||= price;
      if (['ProductPriceChanged', 'ProductAddedToWarehouse', 'ProductReserved'].includes(type)) price = paid;
      if (type !== 'ProductReserved' || at < 0 || at >= count) continue;
      rows.units[at] += quantity;
      rows[users.has(userId) ? 'account' : 'others'][at] += quantity;
      rows.price[at] = paid;
    }
  const names = label.anomaly === 'price-error' ? ['price', 'units'] : ['account', 'others'];
  const most = Math.max(...rows.account, ...rows.others);
  const clock = new Date(fromMs).toISOString();
  return [
    '```text',
    ...names.map(
      name => `${name.padEnd(10)}${bars(rows[name], label.anomaly === 'price-error' ? Math.max(...rows[name]) : most)}`,
    ),
    `anomaly   ${' '.repeat(8)}${'█'.repeat(count - 16)}`,
    `          ${clock.slice(0, 10)} ${clock.slice(11, 16)}, half an hour a character`,
    '```',
  ].join('\n');
}

const zeros = length => new Array(length).fill(0);

function bars(values, most) {
  const blocks = ' ▁▂▃▄▅▆▇█';
  return values
    .map(value => blocks[Math.ceil((8 * value) / most)])
    .join('')
    .trimEnd();
}

function table(head, rows) {
  const line = cells => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const problems = [];
for (const [path, write] of pages) {
  let page = '';
  try {
    page = readFileSync(`${docs}${path}`, 'utf8');
  } catch {
    problems.push(`docs/${path} is missing`);
    continue;
  }
  const withFacts = page.replace(facts, (_, begin, end) => `${begin}\n${write()}\n\n${end}`);
  const isCheck = process.argv.includes('--check');
  const drawn = isCheck || !picture.test(page) ? undefined : await draw(path);
  const next = withFacts.replace(picture, (all, begin, end) =>
    drawn === undefined ? all : `${begin}\n${drawn}\n\n${end}`,
  );
  if (!facts.test(page)) problems.push(`docs/${path} has no <!-- facts -->`);
  else if (!isCheck) writeFileSync(`${docs}${path}`, next);
  else if (next !== page) problems.push(`docs/${path} is not up to date: npm run docs:pages`);
}
for (const folder of ['anomalies', 'detectors'])
  for (const name of readdirSync(`${docs}${folder}`))
    if (!pages.has(`${folder}/${name}`)) problems.push(`docs/${folder}/${name} is about nothing that is registered`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
