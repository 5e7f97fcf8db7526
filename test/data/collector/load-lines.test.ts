import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadLines } from '../../../src/data/collector/load-lines.ts';
import { packedCard } from '../../../src/data/dataset/packed-events.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A Python with the packages of data-tools.txt. `.ci/run` makes one and names it; elsewhere the tests run if `python3` has them. */
const python = process.env.CQSHOP_PYTHON === undefined ? 'python3' : resolve(process.env.CQSHOP_PYTHON);
const has = (module: string) =>
  process.env.CQSHOP_PYTHON !== undefined || spawnSync(python, ['-c', `import ${module}`]).status === 0;
const hasR = spawnSync('Rscript', ['--version']).status === 0;
for (const [tool, isThere] of [...['pandas', 'polars', 'duckdb'].map(name => [name, has(name)]), ['R', hasR]])
  if (!isThere) console.warn(`NOT TESTED: the lines of the data card for ${tool}, which is not there`);

/** The n-th code block for a language. */
function block(language: string, lines: readonly string[], n = 0): string {
  const blocks = [...lines.join('\n').matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))];
  return blocks[n]?.[1] ?? '';
}

const header =
  'time,topic,partition,offset,kind,type,source,id,correlationid,causationid,key,user_id,product_id,order_id,quantity,price,data';
const row = (id: string, user: string, rest: string) =>
  `2026-03-02T23:59:59.021Z,orders,2,9007199254740991,event,Placed,/shop,${id},,,k,${user},,,${rest}`;

/** Messages with ids that look like nothing, like numbers, and like one another when they are read as doubles. */
function dataset(isOurs: boolean, isPacked: boolean) {
  const dir = temporaryDirectory();
  const price = isOurs ? '17.22' : '0.1234';
  const payload = '"{""productId"":""007"",""price"":17.22}"';
  const rows = [
    row('9007199254740992', 'NA', `140,${price},${payload}`),
    row('9007199254740993', '007', `,,${payload}`),
    row('NaN', 'null', `0,0.10,${payload}`),
  ];
  const events = `${[header, ...rows].join('\n')}\n`;
  if (isPacked) writeFileSync(join(dir, 'events.csv.gz'), gzipSync(events));
  else writeFileSync(join(dir, 'events.csv'), events);
  const label = { id: '1', anomaly: 'price-error', entities: [{ type: 'user', id: '007' }] };
  const times = { start: '2026-03-02T23:00:00.000Z', end: '2026-03-02T23:59:59.500Z' };
  const effect = { effect_start: times.start, effect_end: times.end };
  writeFileSync(join(dir, 'labels.jsonl'), isOurs ? `${JSON.stringify({ ...label, ...times, ...effect })}\n` : '');
  const caused = isOurs ? '9007199254740993,1,direct\n' : '';
  writeFileSync(join(dir, 'caused.csv'), `message_id,label_id,relation\n${caused}`);
  const lines = loadLines({ scenario: isOurs ? 'sample' : null, labels: isOurs ? 1 : 0 });
  return { dir, lines: isPacked ? lines.map(packedCard) : lines };
}

async function output(code: string, dir: string): Promise<unknown> {
  // In a time zone that is not UTC.
  const env = { ...process.env, TZ: 'Asia/Tokyo' };
  const { stdout } = await promisify(execFile)(python, ['-c', code], { cwd: dir, env });
  return JSON.parse(stdout);
}

const ids = ['9007199254740992', '9007199254740993', 'NaN'];
const users = ['NA', '007', 'null'];

describe.each([
  [true, false],
  [false, false],
  [true, true],
])('the lines of a data card, of a dataset of ours: %s, packed: %s', (isOurs, isPacked) => {
  const price = isOurs ? '17.22' : '0.1234';
  const caused = [false, isOurs, false];

  test.skipIf(!has('pandas'))('pandas', async () => {
    const { dir, lines } = dataset(isOurs, isPacked);
    const asked = `print(json.dumps([list(events.id), list(events.user_id), events.offset[0].item(), str(events.price[0]), bool(pd.isna(events.price[1])),
      events.time[0].isoformat(), list(events.caused), payload["productId"], ${isOurs ? 'labels.end[0].isoformat(), labels.id[0]' : '0'}], default=str))`;
    const label = isOurs ? ['2026-03-02T23:59:59.500000+00:00', '1'] : [0];
    const time = '2026-03-02T23:59:59.021000+00:00';
    const code = `${block('python', lines)}\n${asked}`;
    expect(await output(code, dir)).toEqual([ids, users, 2 ** 53 - 1, price, true, time, caused, '007', ...label]);
  });

  test.skipIf(!has('polars'))('polars', async () => {
    const { dir, lines } = dataset(isOurs, isPacked);
    const asked = `import json
print(json.dumps([list(events["id"]), list(events["user_id"]), events["offset"][0], str(events["price"][0]), events["price"][1] is None,
      events["time"][0].isoformat(), list(events["caused"]), product[0], ${isOurs ? 'labels["end"][0].isoformat(), labels["id"][0]' : '0'}]))`;
    const label = isOurs ? ['2026-03-02T23:59:59.500000+00:00', '1'] : [0];
    const time = '2026-03-02T23:59:59.021000+00:00';
    const code = `${block('python', lines, 1)}\n${asked}`;
    expect(await output(code, dir)).toEqual([ids, users, 2 ** 53 - 1, price, true, time, caused, '007', ...label]);
  });

  test.skipIf(!has('duckdb'))('DuckDB', async () => {
    const { dir, lines } = dataset(isOurs, isPacked);
    const code = `import duckdb, json
shop = duckdb.connect()
counts = shop.execute(${JSON.stringify(block('sql', lines))}).fetchall()
rows = shop.execute("""SELECT list(id), list(user_id), first("offset"), first(price)::VARCHAR, list(price)[2] IS NULL, first(time)::VARCHAR,
  first(data->>'productId'), first(typeof(time)) FROM events""").fetchone()
labels = shop.execute('SELECT "end"::VARCHAR, id FROM labels').fetchone() if ${isOurs ? 'True' : 'False'} else [0]
print(json.dumps([*rows, counts, *labels]))`;
    const label = isOurs ? ['2026-03-02 23:59:59.5+00', '1'] : [0];
    const time = ['2026-03-02 23:59:59.021+00', '007', 'TIMESTAMP WITH TIME ZONE'];
    const counts = isOurs ? [['Placed', 1]] : [];
    expect(await output(code, dir)).toEqual([ids, users, 2 ** 53 - 1, price, true, ...time, counts, ...label]);
  });

  test.skipIf(!hasR)('R', async () => {
    const { dir, lines } = dataset(isOurs, isPacked);
    const asked =
      'cat(events$id, events$user_id, events$price[1], is.na(events$price[2]), format(events$time[1], "%H:%M"))';
    const { stdout } = await promisify(execFile)('Rscript', ['-e', `${block('r', lines)}\n${asked}`], { cwd: dir });
    expect(stdout).toBe([...ids, ...users, price, 'TRUE', '23:59'].join(' '));
  });
});
