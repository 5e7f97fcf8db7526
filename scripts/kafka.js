// Apache Kafka for development and tests: one broker in KRaft mode on loopback, from Maven's jars, without Docker.
//
//   node scripts/kafka.js up [--port 9092] [--dir .cqshop/kafka]     start it in the background; says so if it runs already
//   node scripts/kafka.js down [--dir .cqshop/kafka]                 stop it; its data stay
//   node scripts/kafka.js jars                                       only fetch the jars
//
// Needs Java 17 or newer; Maven only until the jars are there. Tests call `startKafka`.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const pom = fileURLToPath(new URL('kafka/pom.xml', import.meta.url));
const logConfiguration = fileURLToPath(new URL('kafka/log4j2.properties', import.meta.url));

/** Of Apache Kafka, as the POM pins it. */
export const kafkaVersion = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)</.exec(
  readFileSync(pom, 'utf8'),
)[1];

const jarsDir = join(root, '.cqshop', `kafka-${kafkaVersion}`);
/** Some seconds on an idle machine; a busy one may take ten times as long. */
const readyMs = 180_000;
const stopMs = 20_000;
const defaultPort = 9092;

/** What stands in the way of a broker on this machine, as one clause; undefined if nothing does. */
export function missingForKafka() {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (java.status !== 0) return 'there is no Java';
  const major = Number(/version "(\d+)/.exec(java.stderr)?.[1]);
  if (!(major >= 17)) return `Java ${major} is too old`;
  if (!existsSync(jarsDir) && spawnSync('mvn', ['-v']).status !== 0) return 'there is no Maven to fetch the jars';
  return undefined;
}

/** Fetches the broker's jars once; they appear whole or not at all. */
export function fetchJars() {
  if (existsSync(jarsDir)) return jarsDir;
  const partial = `${jarsDir}.${process.pid}`;
  // -U: what a registry once said it has not is asked for again, or one bad moment would last for a day.
  const words = ['-q', '-B', '-U', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`];
  const maven = spawnSync('mvn', words, { encoding: 'utf8' });
  try {
    if (maven.status !== 0) {
      const why = maven.error?.message ?? `${maven.stdout}${maven.stderr}`.trim().split('\n').slice(0, 3).join(' ');
      throw new Error(`Cannot fetch Kafka ${kafkaVersion}: mvn failed (${why}), expected it to copy the jars`);
    }
    moveUnlessThere(partial, jarsDir);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return jarsDir;
}

/** Another process may fetch the same jars, and be quicker. */
function moveUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** Properties of a broker that is started again after a kill: it comes back when its old session is over. */
export const comesBackSoon = { 'broker.session.timeout.ms': 3000 };

/**
 * Starts a broker and waits until it takes requests. What it keeps lies in `dir`: started again there, it goes on with its data.
 *
 * - `port`: of the clients' listener on 127.0.0.1; default a free one
 * - `sasl`: `{ mechanisms: ['PLAIN', 'SCRAM-SHA-256', ...], users: { name: password } }`; SCRAM users are made when `dir` is new
 * - `tls`: `{ keyStore: file, ca: file, clientAuth: boolean }`, PEM; the key store holds the private key and the certificate
 * - `properties`: more lines for server.properties
 * - `isDetached`: outlives this process; otherwise the broker ends with it, however that ends
 * - `signal`: aborted before the broker is ready, it ends the broker
 *
 * Returns `{ port, bootstrap, pid, logFile, stop(), kill() }`; both end the process and wait for it.
 */
export async function startKafka(options) {
  const dir = resolve(options.dir);
  const jars = fetchJars();
  mkdirSync(dir, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(options.port);
    const file = join(dir, 'server.properties');
    writeFileSync(file, `${serverProperties(dir, ports, options).join('\n')}\n`);
    if (!existsSync(join(dir, 'data', 'meta.properties'))) await format(jars, file, options);
    try {
      return await launch(jars, dir, ports, options);
    } catch (error) {
      // Another process may have taken a port that was free a moment ago; if it is the wanted one, the next look says so.
      const isPortTaken = () => /BindException|Address already in use/.test(readLog(dir));
      if (attempt === 3 || options.signal?.aborted === true || !isPortTaken()) throw error;
    }
  }
}

function serverProperties(dir, ports, { sasl, tls, properties = {} }) {
  const protocol = `${sasl ? 'SASL_' : ''}${tls ? 'SSL' : 'PLAINTEXT'}`;
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `CLIENT://127.0.0.1:${ports.client},INTERNAL://127.0.0.1:${ports.internal},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${ports.client},INTERNAL://127.0.0.1:${ports.internal}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INTERNAL',
    'listener.security.protocol.map': `CLIENT:${protocol},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    'log.dirs': join(dir, 'data'),
    'auto.create.topics.enable': false,
    // One node: the defaults of 3 replicas would leave groups and transactions without a coordinator.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // Its controller is in the same process. On a busy machine heartbeats are late, and a broker without a session leads no partition.
    'broker.session.timeout.ms': 30_000,
    'broker.heartbeat.interval.ms': 500,
    // Otherwise it ends by itself after a minute.
    'initial.broker.registration.timeout.ms': readyMs,
    'num.network.threads': 2,
    'num.io.threads': 2,
    // The default of 128 MiB would be most of the heap.
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'log.initial.task.delay.ms': 1000,
    ...(sasl ? saslSettings(sasl) : {}),
    ...(tls ? tlsSettings(tls) : {}),
    ...properties,
  };
  return Object.entries(settings).map(([key, value]) => `${key}=${value}`);
}

function saslSettings({ mechanisms, users }) {
  const plainUsers = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required ${plainUsers.join(' ')};`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return {
    'listener.name.client.sasl.enabled.mechanisms': mechanisms.join(','),
    ...Object.fromEntries(
      mechanisms.map(name => [
        `listener.name.client.${name.toLowerCase()}.sasl.jaas.config`,
        name === 'PLAIN' ? plain : scram,
      ]),
    ),
  };
}

function tlsSettings({ keyStore, ca, clientAuth = false }) {
  return {
    'listener.name.client.ssl.keystore.type': 'PEM',
    'listener.name.client.ssl.keystore.location': keyStore,
    'listener.name.client.ssl.truststore.type': 'PEM',
    'listener.name.client.ssl.truststore.location': ca,
    'listener.name.client.ssl.client.auth': clientAuth ? 'required' : 'none',
  };
}

async function format(jars, file, { sasl, signal }) {
  const scram = (sasl?.mechanisms ?? []).filter(name => name.startsWith('SCRAM'));
  const users = scram.flatMap(mechanism =>
    Object.entries(sasl.users).flatMap(([name, password]) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  );
  const uuid = crypto.getRandomValues(Buffer.alloc(16));
  uuid[0] &= 0x7f;
  const words = ['kafka.tools.StorageTool', 'format', '-t', uuid.toString('base64url'), '-c', file, ...users];
  try {
    await promisify(execFile)('java', [...javaFlags(jars), ...words], { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const said = `${cause.stdout ?? ''}${cause.stderr ?? ''}`.trim();
    const why = lastLines(said === '' ? cause.message : said, 5);
    throw new Error(`Cannot format Kafka's storage: ${why}, expected exit code 0`, { cause });
  }
}

function javaFlags(jars, heapMb = 384) {
  return [
    '-Xms96m',
    `-Xmx${heapMb}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=${pathToFileURL(logConfiguration)}`,
    '-cp',
    join(jars, '*'),
  ];
}

/** A shell between us and Java that ends the broker when our end of its input closes, however we end. */
const guard = `
exec 3<&0
"$@" </dev/null & pid=$!
echo $pid >&4
( read -r _ <&3; kill -KILL $pid 2>/dev/null ) & reader=$!
wait $pid; code=$?
kill $reader 2>/dev/null
exit $code`;

/** Of a broker's command line: by these it is found again. */
function brokerWords(dir) {
  return ['kafka.Kafka', join(dir, 'server.properties')];
}

/** Whether the broker that was started last in a directory has taken requests. */
function isReady(dir) {
  return readLog(dir).includes('Kafka Server started');
}

function readLog(dir) {
  return readFileSync(join(dir, 'broker.log'), 'utf8');
}

async function launch(jars, dir, ports, { heapMb, signal, isDetached = false }) {
  const logFile = join(dir, 'broker.log');
  signal?.throwIfAborted();
  const log = openSync(logFile, 'w');
  const java = ['java', ...javaFlags(jars, heapMb), ...brokerWords(dir)];
  const child = isDetached
    ? spawn(java[0], java.slice(1), { detached: true, stdio: ['ignore', log, log] })
    : spawn('sh', ['-c', guard, 'sh', ...java], { stdio: ['pipe', log, log, 'ignore', 'pipe'] });
  closeSync(log);
  const ended = new Promise((done, failed) => {
    child.on('exit', done);
    child.on('error', failed);
  });
  ended.catch(() => undefined);
  const pid = isDetached ? child.pid : Number(await firstChunk(child.stdio[4]));
  const end = async signal => {
    signalProcess(pid, signal);
    const timer = new AbortController();
    const isLate = setTimeout(stopMs, true, { signal: timer.signal }).catch(() => false);
    if ((await Promise.race([ended.then(() => false), isLate])) === true) signalProcess(pid, 'SIGKILL');
    timer.abort();
    await ended;
  };
  try {
    for (let waited = 0; !isReady(dir); waited += 50) {
      signal?.throwIfAborted();
      if (child.exitCode !== null || child.signalCode !== null || waited > readyMs) {
        const what = waited > readyMs ? `it was not ready after ${readyMs / 1000} s` : 'it ended';
        throw new Error(
          `Cannot start Kafka in ${dir}: ${what}, expected "Kafka Server started" in ${logFile}\n${lastLines(readLog(dir), 20)}`,
        );
      }
      await setTimeout(50);
    }
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return {
    port: ports.client,
    bootstrap: `127.0.0.1:${ports.client}`,
    pid,
    logFile,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    detach: () => child.unref(),
  };
}

function firstChunk(stream) {
  return new Promise((done, failed) => {
    stream.once('data', chunk => {
      done(String(chunk));
      stream.destroy();
    });
    stream.once('error', failed);
    stream.once('end', () => failed(new Error('Cannot start Kafka: the shell ended early, expected a process id')));
  });
}

/**
 * Below the ports that a system deals out to connections (from 32768 on Linux, from 49152 elsewhere): of those any connection may take the one
 * of a broker that is away for a moment, a client's that tries to reach that broker included.
 */
const lastingPorts = { from: 20_000, to: 30_000 };

/** A port of 127.0.0.1 without a listener just now, which no connection will take. */
export async function freePort() {
  const server = await listenSomewhere();
  await close(server);
  return server.port;
}

async function freePorts(client) {
  if (client !== undefined) await refuseTaken(client);
  const servers = await Promise.all([1, 2, 3].map(listenSomewhere));
  const [first, internal, controller] = servers.map(({ port }) => port);
  await Promise.all(servers.map(close));
  return { client: client ?? first, internal, controller };
}

async function listenSomewhere() {
  for (let attempt = 1; ; attempt++) {
    const port = randomInt(lastingPorts.from, lastingPorts.to);
    try {
      return Object.assign(await listen(port), { port });
    } catch (error) {
      if (attempt === 100 || error.code !== 'EADDRINUSE') throw error;
    }
  }
}

function close(server) {
  return new Promise(done => server.close(done));
}

async function refuseTaken(port) {
  try {
    await close(await listen(port));
  } catch (cause) {
    const why = cause.code === 'EADDRINUSE' ? 'another process listens there' : cause.message;
    throw new Error(`Cannot start Kafka on port ${port}: ${why}, expected a free port; --port takes another`, {
      cause,
    });
  }
}

function listen(port) {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

function signalProcess(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

function lastLines(text, count) {
  return text.trim().split('\n').slice(-count).join('\n');
}

/** The broker of a directory, if it runs or is about to: looked for among the processes, so it need not have been noted down. */
function running(dir) {
  const { stdout, status } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' });
  if (status !== 0)
    throw new Error('Cannot look for Kafka among the processes: there is no usable ps, expected that of procps');
  const line = stdout
    .split('\n')
    .find(one => /^ *\d+ \S*java /.test(one) && one.trimEnd().endsWith(` ${brokerWords(dir).join(' ')}`));
  if (line === undefined) return undefined;
  const properties = readFileSync(join(dir, 'server.properties'), 'utf8');
  return { pid: Number.parseInt(line, 10), port: Number(/^listeners=CLIENT:\/\/[^:]+:(\d+)/m.exec(properties)?.[1]) };
}

/** Waits until no other `up` works in the directory, and keeps others waiting until the returned function is called. */
async function takeTurn(dir, signal) {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'starting.pid');
  for (let waited = 0; ; waited += 50) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(readIfThere(file) ?? 0);
    // 0: just made or just gone. A holder that was killed is no holder.
    if (holder === process.pid || (holder !== 0 && !signalProcess(holder, 0))) rmSync(file, { force: true });
    if (waited > 2 * readyMs) {
      throw new Error(
        `Cannot start Kafka in ${dir}: process ${holder} is starting it, says ${file}, expected it to be done by now; delete that file if it is not so`,
      );
    }
    await setTimeout(50, undefined, { signal });
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function up(dir, givenPort, signal) {
  const endTurn = await takeTurn(dir, signal);
  try {
    const before = running(dir);
    if (before !== undefined) return await greet(dir, before, givenPort, signal);
    const missing = missingForKafka();
    if (missing !== undefined) throw new Error(`Cannot start Kafka: ${missing}, expected Java 17 or newer and Maven`);
    const kafka = await startKafka({ dir, port: givenPort ?? defaultPort, isDetached: true, signal });
    kafka.detach();
    console.log(`Kafka ${kafkaVersion}: kafka://${kafka.bootstrap} (process ${kafka.pid}, log ${kafka.logFile})`);
  } finally {
    endTurn();
  }
}

/** Reports a broker that was there before, once it is ready: whoever started it may have been killed. */
async function greet(dir, { pid, port }, givenPort, signal) {
  if (givenPort !== undefined && givenPort !== port) {
    throw new Error(
      `Cannot start Kafka on port ${givenPort}: a broker with the data in ${dir} runs already on port ${port}, expected that port, another --dir, or kafka:down first`,
    );
  }
  for (let waited = 0; !isReady(dir); waited += 50) {
    if (waited > readyMs || !signalProcess(pid, 0)) {
      throw new Error(
        `Cannot use Kafka in ${dir}: process ${pid} did not get ready, expected it to; see its broker.log`,
      );
    }
    await setTimeout(50, undefined, { signal });
  }
  console.log(`Kafka ${kafkaVersion} runs already: kafka://127.0.0.1:${port} (process ${pid})`);
}

async function down(dir, signal) {
  const found = running(dir);
  if (found === undefined) return console.log('Kafka does not run');
  signalProcess(found.pid, 'SIGTERM');
  await ended(found.pid, signal);
  if (running(dir)?.pid === found.pid) {
    signalProcess(found.pid, 'SIGKILL');
    await ended(found.pid, signal);
  }
  console.log(`Kafka stopped (process ${found.pid})`);
}

/** Waits until a process is gone, but not for ever. */
async function ended(pid, signal) {
  for (let waited = 0; waited < stopMs && signalProcess(pid, 0); waited += 50) {
    await setTimeout(50, undefined, { signal });
  }
}

function portOf(text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Error(`Cannot take --port "${text}": it is not a port, expected a whole number from 1 to 65535`);
}

async function main(signal) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      dir: { type: 'string', default: join(root, '.cqshop/kafka') },
    },
  });
  const dir = resolve(values.dir);
  if (positionals[0] === 'up') return up(dir, portOf(values.port), signal);
  if (positionals[0] === 'down') return down(dir, signal);
  if (positionals[0] === 'jars') return console.log(fetchJars());
  throw new Error('Cannot run scripts/kafka.js: there is no such command, expected up, down or jars');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interruption.abort());
  try {
    await main(interruption.signal);
  } catch (error) {
    const isInterrupted = interruption.signal.aborted;
    console.error(isInterrupted ? 'interrupted' : error.message);
    process.exitCode = isInterrupted ? 130 : 1;
  }
}
