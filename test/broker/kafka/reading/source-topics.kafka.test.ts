import { expect, test, vi } from 'vitest';
import { openKafkaSource } from '../../../../src/broker/kafka/reading/kafka-source.ts';
import { topicMapping } from '../../../../src/broker/kafka/values/topic-mapping.ts';
import { bareKafkajs } from '../../../support/kafka/bare-kafkajs.ts';
import { describeKafka, patiently, sharedConnection } from '../../../support/kafka/broker.ts';
import { makeTopic, publishRecords } from '../../../support/kafka/publish-records.ts';

describeKafka('openKafkaSource', () => {
  test('lets a topic vanish that it does not read, and misses one that it reads', async () => {
    const [read, other] = ['vanishing-read', 'vanishing-other'];
    for (const topic of [read, other]) {
      await makeTopic(topic);
      await publishRecords(topic, [{ value: '{}' }]);
    }
    const admin = bareKafkajs().admin();
    await admin.connect();
    const source = openKafkaSource(sharedConnection, {
      topicPrefix: 'vanishing-',
      mapping: topicMapping({ version: 1, type: 'topic', entity: 'key', time: 'timestamp' }),
    });
    const isGone = (topic: string) => vi.waitUntil(async () => !(await admin.listTopics()).includes(topic), patiently);
    try {
      expect((await source.partitions()).map(({ topic }) => topic).sort()).toEqual(['other', 'read']);
      for await (const { messages } of source.read([{ topic: 'read', partition: 0, from: 0, to: 1 }]))
        expect(messages).toBe(1);
      await admin.deleteTopics({ topics: [other] });
      await isGone(other);
      expect((await source.partitions()).map(({ topic }) => topic)).toEqual(['read']);
      await admin.deleteTopics({ topics: [read] });
      await isGone(read);
      await expect(source.partitions()).rejects.toThrow('vanishing-read/0');
      await makeTopic(read);
      await publishRecords(read, [{ value: '{}' }, { value: '{}' }]);
      await expect(source.partitions()).rejects.toThrow('its topic was deleted and created again');
    } finally {
      await source.close();
      await admin.disconnect();
    }
  });
});
