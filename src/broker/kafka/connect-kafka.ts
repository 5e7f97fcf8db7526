import { Topics } from '../topics.ts';
import { type KafkaConnection, kafkaUrl } from './kafka-connection.ts';
import { kafkaFailure } from './kafka-failure.ts';
import { createLibrary, type KafkaLibrary, type Patience } from './library/kafkajs.ts';
import { Reachability } from './reachability.ts';

/** A run's place on a cluster that was reached once. Makes admins, producers and clusters; the caller connects and closes it. */
export type KafkaClient = KafkaLibrary & {
  readonly connection: KafkaConnection;
  readonly url: string;
  /** The cluster's own id, from the broker. */
  readonly clusterId: string;
  /** The topics of the run that this client works for. */
  readonly topics: Topics;
  /** Watches what readers ask for. */
  readonly reachability?: Reachability | undefined;
  /** Called with what else does not answer, and answers again. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/** For the first contact: a wrong address is reported within seconds. */
function firstContact({ brokers }: KafkaConnection): Patience {
  return {
    requestTimeoutMs: 5000,
    // Each retry takes the next of the brokers.
    retries: Math.max(1, brokers.length - 1),
    maxRetryMs: 500,
  };
}

/** For work under way: waits about a minute for a broker that restarts. */
const patience: Patience = { requestTimeoutMs: 30_000, retries: 18, maxRetryMs: 5000 };

/**
 * @param onNote called when the broker has not answered for eight seconds, and when it answers again
 * @param topicPrefix goes before every topic's name, so that a cluster can hold several runs
 * @throws BROKER_UNREACHABLE within seconds, BROKER_REFUSED
 */
export async function connectKafka(
  connection: KafkaConnection,
  topicPrefix = '',
  onNote?: (note: string) => void,
): Promise<KafkaClient> {
  const admin = createLibrary(connection, firstContact(connection)).admin();
  try {
    await admin.connect();
    const { clusterId } = await admin.describeCluster();
    // A reader tries again by itself, and must see each failure.
    const { requestTimeoutMs } = patience;
    const { cluster } = createLibrary(connection, { ...firstContact(connection), requestTimeoutMs });
    return {
      ...createLibrary(connection, patience),
      cluster,
      connection,
      url: kafkaUrl(connection),
      clusterId,
      topics: new Topics(topicPrefix),
      onNote,
      reachability: onNote === undefined ? undefined : new Reachability(kafkaUrl(connection), onNote),
    };
  } catch (cause) {
    throw kafkaFailure('reach', connection, cause);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
