import { CqshopError } from '../errors.ts';
import { openEmbeddedSource } from '../messaging/embedded-log-source.ts';
import type { MessageSource } from '../messaging/message-source.ts';
import { parseBrokerUrl } from './broker-url.ts';

/** Opens a broker for reading. @throws USAGE, BROKER_UNREACHABLE, BROKER_CORRUPT */
export function openSource(url: string, topicPrefix: string): MessageSource {
  const broker = parseBrokerUrl(url);
  switch (broker.kind) {
    case 'embedded':
      return openEmbeddedSource(broker.dir, { topicPrefix });
    case 'kafka':
      throw new CqshopError('USAGE', `Cannot open ${url}: Kafka is not available yet, expected embedded:DIR`);
  }
}
