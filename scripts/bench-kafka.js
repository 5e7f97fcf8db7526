// How fast Kafka is with us between, each as a ratio to what kafkajs without us (and kcat, where it is installed) does with the same messages on the
// same broker in the same run. Starts a broker of its own and stops it. Needs a build, and what `npm run kafka:up` needs. Prints medians of the rounds.
//
//   npm run bench:kafka [-- --rounds 3 --messages 20000]
//   npm run bench:kafka -- --processes 8 [--rounds 1 --messages 8000]
//
// The second form measures only what so many processes of `cqshop serve` handle in 24 partitions, as a ratio to what one process does.
// The collector is measured twice in a process of its own: on `messages` messages, and on the same topics after they have grown tenfold.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, createWriteStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { connectKafka } from '../dist/broker/kafka/connect-kafka.js';
import { openKafkaLog } from '../dist/broker/kafka/kafka-log.js';
import { recordOfMessage } from '../dist/broker/kafka/kafka-records.js';
import { openKafkaSource } from '../dist/broker/kafka/reading/kafka-source.js';
import { createRunTopics } from '../dist/broker/kafka/run-topics.js';
import { wallMs } from '../dist/broker/kafka/wall-clock.js';
import { partitionOf } from '../dist/broker/partition.js';
import { commandLogTopic, isCollectedByDefault, Topics, truthTopic } from '../dist/broker/topics.js';
import { resolveNamed } from '../dist/cli/resolve-named.js';
import { collect } from '../dist/data/collector/collect.js';
import { ControlTopic, withoutAll } from '../dist/shop/live/control-topic.js';
import { liveTopics } from '../dist/shop/live/live-run.js';
import { services } from '../dist/shop/services/registry.js';
import { startSimulation } from '../dist/shop/simulation/simulate.js';
import { runTopics } from '../dist/shop/simulation/virtual-shop.js';
import { startKafka } from './kafka.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    messages: { type: 'string' },
    processes: { type: 'string' },
    // How this script calls itself: collect these topics and tell the cost.
    collect: { type: 'string' },
    prefix: { type: 'string', default: '' },
    out: { type: 'string' },
  },
});
const growth = 10;
const perRequest = 1000;
const cli = fileURLToPath(new URL('../bin/cqshop.js', import.meta.url));
const serviceNames = services.map(({ name }) => name);

if (values.collect !== undefined) await collectAndTell(values.collect, values.prefix, values.out);
else if (values.processes !== undefined) await compareProcesses(countOf('processes'));
else await main(countOf('rounds', 3), countOf('messages', 20_000));

function countOf(name, otherwise) {
  const count = Number(values[name] ?? otherwise);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`Cannot run the benchmark: --${name} is ${values[name]}, expected a whole number above 0`);
}

async function main(rounds, count) {
  const messages = await recorded(growth * count);
  await withKafka((bootstrap, dir) => measure({ bootstrap, dir, rounds, count, messages }));
}

async function withKafka(work) {
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-bench-kafka-'));
  try {
    const kafka = await startKafka({ dir: join(dir, 'kafka') });
    try {
      await work(kafka.bootstrap, dir);
    } finally {
      await kafka.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** How many commands several processes handle in a second, and how many one does: equal backlogs, on the same broker, one after the other. */
async function compareProcesses(processes) {
  const messages = await recorded(countOf('messages', 8000));
  const rounds = countOf('rounds', 1);
  await withKafka(async bootstrap => {
    const client = await connectKafka({ brokers: [bootstrap] });
    for (let round = 1; round <= rounds; round += 1) {
      const one = await handleRate(client, `one-${round}-`, messages, [serviceNames], 24);
      const all = Array.from({ length: processes }, () => serviceNames);
      const many = await handleRate(client, `many-${round}-`, messages, all, 24);
      console.log(
        `${(many / one).toFixed(2)} × commands handled, 24 partitions, ${processes} processes / one process: ` +
          `${Math.round(many)} and ${Math.round(one)} a second, on ${availableParallelism()} cores`,
      );
    }
  });
}

async function measure({ bootstrap, dir, rounds, count, messages }) {
  const client = await connectKafka({ brokers: [bootstrap] });
  const hasKcat = spawnSync('kcat', ['-V']).status === 0;
  const rows = new Map();
  const note = (name, rate, against, reference) => {
    const row = `${name} / ${against}`;
    rows.set(row, [...(rows.get(row) ?? []), { rate, ratio: rate / reference }]);
  };
  const few = messages.slice(0, count);
  // The first ones compile the code and warm the broker.
  for (let round = 0; round <= rounds; round += 1) {
    if (round === 1) rows.clear();
    const ours = `ours-${round}-`;
    const bareFirst = round % 2 === 0 ? await publishBare(client, `bare-${round}-`, few) : undefined;
    const written = await publish(client, ours, few);
    const bareWritten = bareFirst ?? (await publishBare(client, `bare-${round}-`, few));
    note('messages published', written, 'a bare kafkajs producer', bareWritten);

    const collected = await collectRate(bootstrap, ours, join(dir, ours));
    const bareRead = await readBare(client, ours, few, join(dir, `${ours}bare`));
    note('messages collected to a dataset', collected, 'a bare kafkajs consumer that writes values', bareRead);
    if (hasKcat) {
      const kcatRead = await readWithKcat(bootstrap, ours, few, join(dir, `${ours}kcat`));
      note('messages collected to a dataset', collected, 'kcat writing headers and values', kcatRead);
    }

    // Services run in processes of their own, which nothing here warms.
    if (round === 0) continue;
    const commands = few.filter(({ topic }) => topic.endsWith('-commands'));
    const echoed = await echoBare(client, `echo-${round}-`, commands);
    const one = await handleRate(client, `one-${round}-`, few, [serviceNames]);
    note('commands handled, one process', one, 'a bare kafkajs loop, two records a command', echoed);
    const many = await handleRate(
      client,
      `many-${round}-`,
      few,
      serviceNames.map(name => [name]),
    );
    note('commands handled, a process a service', many, 'a bare kafkajs loop, two records a command', echoed);
  }
  for (const [row, figures] of rows) {
    const rate = Math.round(median(figures.map(figure => figure.rate)));
    console.log(`${median(figures.map(({ ratio }) => ratio)).toFixed(2)} × ${row}: ${rate} a second`);
  }
  if (!hasKcat) console.log('kcat is not installed: not compared');

  const [small, large] = await collectGrowing(client, bootstrap, messages, count, join(dir, 'grown'));
  const cost = ({ messages: done, cpuMicros }) => cpuMicros / done;
  console.log(
    `topics ${(large.messages / small.messages).toFixed(1)} × as long: ` +
      `${(cost(large) / cost(small)).toFixed(2)} × the collector's processor time a message (${cost(large).toFixed(0)} µs), ` +
      `${(large.maxRssKb / small.maxRssKb).toFixed(2)} × its peak memory (${Math.round(large.maxRssKb / 1024)} MB)`,
  );
}

/** The first messages of a virtual run, all topics. */
async function recorded(count) {
  const messages = [];
  const log = { append: stored => messages.push(stored), flush: () => undefined };
  // Some 14,000 messages a day.
  const scenario = await resolveNamed('stock-exhaustion', { days: Math.max(22, Math.ceil(count / 10_000)) });
  const simulation = startSimulation(scenario, { log });
  while (messages.length < count && simulation.advance());
  return messages.slice(0, count);
}

/** The same connection for another run. */
function underPrefix(client, topicPrefix) {
  return { ...client, topics: new Topics(topicPrefix) };
}

async function publish(client, topicPrefix, messages) {
  await createRunTopics(underPrefix(client, topicPrefix), runTopics({ partitions: 3 }));
  const log = await openKafkaLog(underPrefix(client, topicPrefix));
  try {
    return await perSecond(messages.length, () => append(log, messages));
  } finally {
    await log.close();
  }
}

async function append(log, messages) {
  for (const stored of messages) log.append(stored);
  await log.drain();
}

/** The records are ready: only kafkajs is timed. */
async function publishBare(client, topicPrefix, messages) {
  await createRunTopics(underPrefix(client, topicPrefix), runTopics({ partitions: 3 }));
  const requests = [];
  for (let from = 0; from < messages.length; from += perRequest) {
    requests.push(requestOf(topicPrefix, messages.slice(from, from + perRequest)));
  }
  return withProducer(client, producer =>
    perSecond(messages.length, async () => {
      for (const topicMessages of requests) await producer.sendBatch({ acks: -1, topicMessages });
    }),
  );
}

function requestOf(topicPrefix, messages) {
  const byTopic = new Map();
  for (const stored of messages) {
    if (!byTopic.has(stored.topic)) byTopic.set(stored.topic, []);
    byTopic.get(stored.topic).push(stored);
  }
  return [...byTopic].map(([topic, stored]) => ({
    topic: topicPrefix + topic,
    messages: stored.map(({ message, partition }) => recordOfMessage(message, partition)),
  }));
}

async function withProducer(client, act) {
  const producer = client.producer();
  await producer.connect();
  try {
    return await act(producer);
  } finally {
    await producer.disconnect();
  }
}

async function collectRate(bootstrap, topicPrefix, out) {
  const startMs = performance.now();
  const { messages } = await collectTopics(bootstrap, topicPrefix, out);
  return (1000 * messages) / (performance.now() - startMs);
}

async function collectTopics(bootstrap, topicPrefix, out) {
  const source = openKafkaSource({ brokers: [bootstrap] }, { topicPrefix });
  try {
    return (await collect(source, { out })).manifest;
  } finally {
    await source.close();
  }
}

function collectedOf(messages) {
  return messages.filter(({ topic }) => isCollectedByDefault(topic) || topic === truthTopic);
}

async function readBare(client, topicPrefix, messages, path) {
  const wanted = collectedOf(messages);
  const out = createWriteStream(path);
  const topics = [...new Set(wanted.map(({ topic }) => topicPrefix + topic))];
  const rate = await consume(client, topics, wanted.length, ({ batch }) => {
    const text = batch.messages.map(({ value }) => `${value}\n`).join('');
    return new Promise(done => out.write(text, done));
  });
  await new Promise(done => out.end(done));
  return rate;
}

/** Messages a second of a kafkajs consumer, from the moment its group is joined. */
async function consume(client, topics, count, onBatch) {
  const kafka = new Kafka({ brokers: [...client.connection.brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `bare-${topics[0]}`, allowAutoTopicCreation: false });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics, fromBeginning: true });
    let startMs = 0;
    consumer.on(consumer.events.GROUP_JOIN, () => {
      startMs ||= performance.now();
    });
    let left = count;
    await new Promise((done, failed) => {
      // It begins again by itself while a new broker loads its first group.
      consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || failed(payload.error));
      const eachBatch = async payload => {
        await onBatch(payload);
        left -= payload.batch.messages.length;
        if (left <= 0) done();
      };
      consumer.run({ eachBatch }).catch(failed);
    });
    return (1000 * count) / (performance.now() - startMs);
  } finally {
    await consumer.disconnect();
  }
}

/** A process a topic, all at once. */
async function readWithKcat(bootstrap, topicPrefix, messages, path) {
  const wanted = collectedOf(messages);
  const out = openSync(path, 'a');
  const startMs = performance.now();
  try {
    const topics = [...new Set(wanted.map(({ topic }) => topicPrefix + topic))];
    await Promise.all(topics.map(topic => kcat(['-b', bootstrap, '-t', topic], out)));
  } finally {
    closeSync(out);
  }
  return (1000 * wanted.length) / (performance.now() - startMs);
}

function kcat(where, out) {
  const words = ['-C', '-q', '-e', '-o', 'beginning', '-X', 'fetch.wait.max.ms=10', '-f', '%h %s\\n'];
  const child = spawn('kcat', [...where, ...words], { stdio: ['ignore', out, 'inherit'] });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', code => {
      if (code === 0) done();
      else failed(new Error(`Cannot measure: kcat ${where.join(' ')} ended with ${code}, expected 0`));
    });
  });
}

/** As a service without a thought in it: reads commands, and publishes an event and a row of the log for each. */
async function echoBare(client, topicPrefix, commands) {
  await publish(client, topicPrefix, renumbered(commands));
  const topics = [...new Set(commands.map(({ topic }) => topicPrefix + topic))];
  return withProducer(client, producer =>
    consume(client, topics, commands.length, async ({ batch: { topic, partition, messages } }) => {
      for (let from = 0; from < messages.length; from += perRequest) {
        const records = messages
          .slice(from, from + perRequest)
          .map(({ key, value, headers, timestamp }) => ({ key, value, headers, timestamp, partition }));
        const topicMessages = [topic.replace(/-commands$/, '-events'), topicPrefix + commandLogTopic].map(to => ({
          topic: to,
          messages: records,
        }));
        await producer.sendBatch({ acks: -1, topicMessages });
      }
    }),
  );
}

/** Commands that `cqshop serve` handles in a second: those that people gave lie in the inboxes, those of reactions follow. */
async function handleRate(client, topicPrefix, messages, processes, partitions = 3) {
  const given = messages.filter(
    ({ topic, message }) => topic.endsWith('-commands') && !message.source.startsWith('/services/'),
  );
  await createRunTopics(underPrefix(client, topicPrefix), liveTopics({ partitions }));
  const log = await openKafkaLog(underPrefix(client, topicPrefix));
  await append(log, renumbered(given, partitions));
  await log.close();
  const control = await ControlTopic.open(underPrefix(client, topicPrefix));
  const source = openKafkaSource(client.connection, { topicPrefix });
  const ended = [];
  try {
    const nowMs = messages.at(-1).message.time;
    // The clock hardly moves: no timer comes due.
    await control.publish('RunOpened', { seed: 1, partitions, endMs: nowMs + 3_600_000 });
    ended.push(...processes.map(names => served(client, topicPrefix, names)));
    await Promise.race([control.until(({ taken }) => withoutAll(taken, partitions).length === 0), ...ended]);
    await control.publish('ClockStarted', { wallMs: wallMs(), virtualMs: nowMs, speed: 1 });
    const rate = await untilQuiet(source, given.length);
    await control.publish('RunEnded', {});
    await Promise.all(ended);
    return rate;
  } finally {
    await control.publish('RunEnded', {});
    await Promise.allSettled(ended);
    await control.close();
    await source.close();
  }
}

/** Commands handled a second, by the growth of the command log until those given are in it and everything has stood still for a second. */
async function untilQuiet(source, given) {
  const startMs = performance.now();
  let [total, handled, lastMs] = [0, 0, startMs];
  while (handled < given || performance.now() - lastMs < 1000) {
    const partitions = await source.partitions();
    const now = partitions.reduce((sum, { high }) => sum + high, 0);
    handled = partitions.reduce((sum, { topic, high }) => sum + (topic === commandLogTopic ? high : 0), 0);
    if (now !== total) [total, lastMs] = [now, performance.now()];
    if (performance.now() - lastMs > 60_000) {
      throw new Error(`Cannot measure: ${handled} of ${given} commands, and nothing for 60 s, expected all of them`);
    }
    await setTimeout(50);
  }
  return (1000 * handled) / (lastMs - startMs);
}

function served(client, topicPrefix, names) {
  const words = ['serve', ...names, '--broker', client.url, '--topic-prefix', topicPrefix, '--quiet'];
  return output([cli, ...words]);
}

/** Runs Node to its end. */
function output(words) {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks = [];
  child.stdout.on('data', chunk => chunks.push(String(chunk)));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', code => {
      if (code === 0) done(chunks.join(''));
      else failed(new Error(`Cannot measure: ${words.join(' ')} ended with ${code}, expected 0`));
    });
  });
}

/** Other partitions and offsets, for a part of a run. */
function renumbered(messages, partitions = 3) {
  const next = new Map();
  return messages.map(stored => {
    const partition = partitionOf(stored.message.subject, partitions);
    const place = `${stored.topic}/${partition}`;
    const offset = next.get(place) ?? 0;
    next.set(place, offset + 1);
    return { ...stored, partition, offset };
  });
}

/** What collecting costs before and after the topics have grown. */
async function collectGrowing(client, bootstrap, messages, count, out) {
  const topicPrefix = 'grown-';
  await createRunTopics(underPrefix(client, topicPrefix), runTopics({ partitions: 3 }));
  const log = await openKafkaLog(underPrefix(client, topicPrefix));
  const own = fileURLToPath(import.meta.url);
  const costs = [];
  try {
    for (const part of [messages.slice(0, count), messages.slice(count)]) {
      await append(log, part);
      const words = ['--collect', bootstrap, '--prefix', topicPrefix, '--out', `${out}-${costs.length}`];
      costs.push(JSON.parse(await output([own, ...words])));
    }
  } finally {
    await log.close();
  }
  return costs;
}

/** Without the start of the process and the loading of modules; the peak of memory is the whole process's. */
async function collectAndTell(bootstrap, topicPrefix, out) {
  const before = process.cpuUsage();
  const { messages } = await collectTopics(bootstrap, topicPrefix, out);
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ messages, cpuMicros: user + system, maxRssKb: process.resourceUsage().maxRSS }));
}

async function perSecond(count, work) {
  const startMs = performance.now();
  await work();
  return (1000 * count) / (performance.now() - startMs);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
