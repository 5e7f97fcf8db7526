import type { KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';

/** Publishes plain JSON, as anybody's service would: no headers of ours, the time in the value only; dealt out to three partitions. */
export async function publishForeign(client: KafkaClient, topic: string, times: readonly number[]): Promise<void> {
  const producer = client.producer();
  await producer.connect();
  try {
    for (let from = 0; from < times.length; from += 5000) {
      const messages = times.slice(from, from + 5000).map((timeMs, index) => ({
        partition: (from + index) % 3,
        key: `u-${(from + index) % 97}`,
        value: JSON.stringify({ createdAt: new Date(timeMs).toISOString(), event: { name: 'Clicked' }, page: '/' }),
        timestamp: String(Date.UTC(2026, 0, 1)),
        headers: {},
      }));
      await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] });
    }
  } finally {
    await producer.disconnect();
  }
}
