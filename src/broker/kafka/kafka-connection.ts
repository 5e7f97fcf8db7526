import type { Secret } from './secret.ts';
import type { RegistryLogin } from './values/schema-registry.ts';

export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type SaslMechanism = (typeof saslMechanisms)[number];

/** How to reach a Kafka cluster, and as whom. */
export type KafkaConnection = {
  /** 'host:port', at least one; the cluster names its other brokers. */
  readonly brokers: readonly string[];
  /** TLS, if there. PEM texts; without `ca`, Node's own list of authorities; `cert` and `key` identify the client. */
  readonly tls?:
    | { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: Secret | undefined }
    | undefined;
  readonly sasl?:
    | { readonly mechanism: SaslMechanism; readonly username: string; readonly password: Secret }
    | undefined;
  /** Of the schema registry beside the cluster. */
  readonly registryLogin?: RegistryLogin | undefined;
};

/** The connection as its URL, without user and secrets: for messages. */
export function kafkaUrl({ brokers }: KafkaConnection): string {
  return `kafka://${brokers.join(',')}`;
}
