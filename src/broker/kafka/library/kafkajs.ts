// The only file that imports kafkajs. It is pinned and no longer maintained; its faults are corrected here and in batch-ends.ts.
import { createRequire } from 'node:module';
import {
  type Admin,
  AssignerProtocol,
  CompressionTypes,
  type ISocketFactory,
  Kafka,
  type KafkaConfig,
  logLevel,
  type Producer,
} from 'kafkajs';
import type { KafkaConnection } from '../kafka-connection.ts';
import type { BrokerCluster } from './broker-cluster.ts';
import { type Codec, type CodecName, codecNames, codecs } from './codecs.ts';

/** kafkajs is CommonJS and has no `exports` map, so its files can be required; they have no types. */
const require = createRequire(import.meta.url);

export type KafkaAdmin = Admin;
export type KafkaProducer = Producer;

/** What a producer calls before it sends. With hooks it retries only once, in place of the library's own retries. */
export type SendingHooks = {
  /**
   * Called before each attempt to send, the first one too, and once more at the moment at which its bytes are written; what it throws ends the
   * attempts, and nothing is written.
   */
  readonly beforeAttempt: () => void;
  /** Called after `beforeAttempt`, right before the bytes are written; if it throws, nothing is written. */
  readonly beforeWriting: () => void;
};

/** The byte format in which members of consumer groups exchange subscriptions and assignments. */
export const groupEncoding = AssignerProtocol;

/** How long to wait and how often to try again. */
export type Patience = {
  readonly requestTimeoutMs: number;
  readonly retries: number;
  /** The wait before a retry doubles up to this. */
  readonly maxRetryMs: number;
};

/** kafkajs with its faults corrected: no log output, no polling, no guessed partitions, no topics created by accident. */
export type KafkaLibrary = {
  readonly admin: () => KafkaAdmin;
  /** Idempotent; one request in flight, as the order of messages needs it; every message must name its partition. */
  readonly producer: (hooks?: SendingHooks) => KafkaProducer;
  /** For reading without a consumer group, which kafkajs has no public way to do. */
  readonly cluster: () => BrokerCluster;
};

/** Does not connect yet. */
export function createLibrary({ brokers, tls, sasl }: KafkaConnection, patience: Patience): KafkaLibrary {
  stopIdlePolling();
  registerCodecs();
  const config: KafkaConfig = {
    clientId: 'cqshop',
    brokers: [...brokers],
    ...(tls === undefined ? {} : { ssl: { ...tls, key: tls.key?.reveal() } }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
    // With the handshake of TLS, for which a broker on a busy machine may need some seconds.
    connectionTimeout: 5000,
    authenticationTimeout: patience.requestTimeoutMs,
    requestTimeout: patience.requestTimeoutMs,
    retry: { retries: patience.retries, initialRetryTime: 100, maxRetryTime: patience.maxRetryMs, factor: 0 },
    // Whatever matters comes as an error; KAFKAJS_LOG_LEVEL could raise the level, so nothing is printed at all.
    logLevel: logLevel.NOTHING,
    logCreator: () => () => undefined,
  };
  const kafka = new Kafka(config);
  return {
    admin: () => kafka.admin(),
    producer: hooks => {
      // A client of its own, so that its connections can be distinguished from those of others.
      const own = hooks === undefined ? kafka : new Kafka({ ...config, socketFactory: askingSockets(hooks) });
      return own.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: () => statedPartition(hooks?.beforeAttempt),
        ...(hooks === undefined ? {} : { retry: { retries: 1 } }),
      });
    },
    cluster: () => clusterOf(config),
  };
}

/** A retry runs the partitioner again, which may then choose another partition: messages bring their own. */
function statedPartition(beforeAttempt: () => void = () => undefined) {
  return ({ topic, message }: { topic: string; message: { partition?: number } }): number => {
    beforeAttempt();
    if (message.partition === undefined) throw new TypeError(`A message for ${topic} names no partition`);
    return message.partition;
  };
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaConnection['sasl']>) {
  const credentials = { username, password: password.reveal() };
  switch (mechanism) {
    case 'PLAIN':
      return { mechanism: 'plain' as const, ...credentials };
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256' as const, ...credentials };
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512' as const, ...credentials };
  }
}

/** The parts of the request queue of a connection that `stopIdlePolling` needs. */
export type RequestQueue = {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: () => void;
};

/** The class of request queues, for the override and its test. */
export function requestQueueClass(): { readonly prototype: RequestQueue } {
  return require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
}

const patched = Symbol('looks for pending requests only where there are some');

/**
 * kafkajs 2.2.4 looks for pending requests every millisecond on every connection: 5 % of a core when idle. Requests
 * are sent when they come or when another is answered, so a later look is needed only while some wait.
 */
function stopIdlePolling(): void {
  const prototype: RequestQueue & { [patched]?: true } = requestQueueClass().prototype;
  if (prototype[patched] === true) return;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleIfNeeded(this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
  prototype[patched] = true;
}

/** Node does not find all names among the exports of a CommonJS module. */
export function wholeLibrary(): typeof import('kafkajs') {
  return require('kafkajs');
}

/** A codec as a producer takes it. */
export function compressionOf(codec: CodecName): CompressionTypes {
  // The numbers of Kafka's protocol, which are those of the library.
  return codecNames.indexOf(codec) as CompressionTypes;
}

/** kafkajs has gzip only, and unpacks it to any size. */
function registerCodecs(): void {
  const { CompressionCodecs } = wholeLibrary();
  const { GZIP, Snappy, LZ4, ZSTD } = CompressionTypes;
  const codecOf =
    ({ pack, unpack }: Codec) =>
    () => ({
      compress: ({ buffer }: { readonly buffer: Buffer }) => pack(buffer),
      decompress: unpack,
    });
  CompressionCodecs[GZIP] = codecOf(codecs.gzip);
  CompressionCodecs[Snappy] = codecOf(codecs.snappy);
  CompressionCodecs[LZ4] = codecOf(codecs.lz4);
  CompressionCodecs[ZSTD] = codecOf(codecs.zstd);
}

/** Bytes as the encoder that kafkajs wants of a request. */
export function requestBytes(bytes: Buffer): object {
  const Encoder = require('kafkajs/src/protocol/encoder') as new () => {
    readonly writeBuffer: (bytes: Buffer) => object;
  };
  return new Encoder().writeBuffer(bytes);
}

/** The cluster that a client makes for its consumers. It is behind a private symbol, which this searches for. */
function clusterOf(config: KafkaConfig): BrokerCluster {
  const { socketFactory, abandon } = abandonableSockets();
  // A client of its own, so that its connections can be distinguished from those of others.
  const kafka = new Kafka({ ...config, socketFactory });
  const symbol = Object.getOwnPropertySymbols(kafka).find(one => one.description === 'private:Kafka:createCluster');
  if (symbol === undefined) throw new TypeError('kafkajs is not the pinned version: it makes no cluster');
  // The object is not typed; `InnerCluster` describes what kafkajs 2.2.4 has.
  const create = Reflect.get(kafka, symbol) as (options: object) => InnerCluster;
  const cluster = create({ allowAutoTopicCreation: false, isolationLevel: readCommitted, metadataMaxAge: 300_000 });
  return Object.assign(cluster, {
    abandon,
    // The library's own asks one broker after the other, and hides their answers, such as GROUP_AUTHORIZATION_FAILED.
    findGroupCoordinatorMetadata: async (group: object) =>
      (await cluster.brokerPool.findConnectedBroker()).findGroupCoordinator(group),
  });
}

type InnerCluster = Omit<BrokerCluster, 'abandon'> & {
  readonly brokerPool: {
    readonly findConnectedBroker: () => Promise<{ readonly findGroupCoordinator: (group: object) => Promise<unknown> }>;
  };
};

/** kafkajs closes a connection only when all its requests are answered: of a broker that is frozen, after half a minute. */
function abandonableSockets(): { readonly socketFactory: ISocketFactory; readonly abandon: () => void } {
  const connect = librarySockets();
  const sockets = new Set<ReturnType<ISocketFactory>>();
  let isAbandoned = false;
  return {
    socketFactory: args => {
      // What still tries again would open another one.
      if (isAbandoned) throw new Error('the connection was given up');
      const socket = connect(args);
      sockets.add(socket);
      return socket.once('close', () => sockets.delete(socket));
    },
    abandon: () => {
      isAbandoned = true;
      for (const socket of sockets) socket.destroy(new Error('the connection was given up'));
    },
  };
}

/**
 * Between asking the partitioner and writing, kafkajs may connect again or wait for the answer to another request: seconds in which
 * the permission may have ended, and a process may be frozen. So permission is asked for again at the moment of writing.
 */
function askingSockets({ beforeAttempt, beforeWriting }: SendingHooks): ISocketFactory {
  const connect = librarySockets();
  return args => {
    const socket = connect(args);
    const { write } = socket;
    return Object.assign(socket, {
      write(...words: readonly unknown[]): boolean {
        if (isProduceRequest(words[0])) {
          try {
            beforeAttempt();
            beforeWriting();
          } catch (error) {
            // Nothing else is on its way: one request in flight.
            socket.destroy(error instanceof Error ? error : new Error(String(error)));
            return false;
          }
        }
        return Reflect.apply(write, socket, words);
      },
    });
  };
}

/** A request begins with its length (4 bytes) and its kind (2 bytes; Produce is 0). */
function isProduceRequest(bytes: unknown): boolean {
  return bytes instanceof Uint8Array && bytes.length > 5 && bytes[4] === 0 && bytes[5] === 0;
}

function librarySockets(): ISocketFactory {
  // The library's own way to connect.
  return require('kafkajs/src/network/socketFactory')() as ISocketFactory;
}

/** Isolation level: messages of aborted transactions are left out, and those of open ones wait. */
export const readCommitted = 1;
/** Isolation level: all messages are read, also those of open and aborted transactions. */
export const readUncommitted = 0;
