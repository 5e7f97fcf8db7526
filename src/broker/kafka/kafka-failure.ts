import { cannot } from '../../base/errors.ts';
import { type KafkaConnection, kafkaUrl } from './kafka-connection.ts';

/**
 * Any failure of the Kafka client as one line that names the broker; a CqshopError and a programmer's mistake stay what they are.
 *
 * @param doing what was tried, as in 'Cannot <doing> …': 'reach', 'read orders/0 from'
 */
export function kafkaFailure(doing: string, connection: KafkaConnection, thrown: unknown): unknown {
  const root = rootOf(thrown);
  if (!(root instanceof Error) || !(root.name.startsWith('KafkaJS') || isSilence(thrown))) return thrown;
  const { code, what, expected } = explain(root, connection);
  return cannot(code, `${doing} ${kafkaUrl(connection)}`)(what, expected, thrown);
}

/**
 * True for a broker that takes connections and does not answer; kafkajs throws a plain Error when it uses a connection on which the broker never
 * answered.
 */
export function isSilence(thrown: unknown): boolean {
  const root = rootOf(thrown);
  return (
    root instanceof Error &&
    /^(Broker not connected|Connection timeout|Request .* timed out)$/.test(withoutPrefix(root.message))
  );
}

function withoutPrefix(message: string): string {
  return message.replace(/^Connection error: /, '').replace(/\s*\n\s*/g, ' ');
}

/** The broker's name of an error, such as UNKNOWN_TOPIC_OR_PARTITION; '' if it is of another kind. */
export function protocolErrorOf(thrown: unknown): string {
  const root = rootOf(thrown);
  return root instanceof Error && 'type' in root && typeof root.type === 'string' ? root.type : '';
}

/** The cause below "number of retries exceeded" and other wrappings. */
function rootOf(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const aggregated = 'errors' in thrown && Array.isArray(thrown.errors) ? thrown.errors[0] : ofGroup(thrown);
  const inner = thrown.name === 'KafkaJSNumberOfRetriesExceeded' ? thrown.cause : aggregated;
  return inner === undefined ? thrown : rootOf(inner);
}

/** The cause in kafkajs's error about deleting several groups. */
function ofGroup(thrown: Error): unknown {
  return 'groups' in thrown && Array.isArray(thrown.groups) ? thrown.groups[0]?.error : undefined;
}

type Explanation = {
  readonly code: 'BROKER_UNREACHABLE' | 'BROKER_REFUSED';
  readonly what: string;
  readonly expected: string;
};

function explain(error: Error, { tls, sasl }: KafkaConnection): Explanation {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const text = withoutPrefix(error.message);
  const unreachable = (what: string, expected: string): Explanation => ({ code: 'BROKER_UNREACHABLE', what, expected });
  const refused = (what: string, expected: string): Explanation => ({ code: 'BROKER_REFUSED', what, expected });
  if (code === 'ECONNREFUSED') return unreachable('no broker listens there', 'a broker that runs, and its address');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable('there is no such host', 'a name that resolves');
  if (isSilence(error)) {
    return unreachable(
      'it does not answer',
      tls === undefined ? 'a plaintext listener of a broker; --tls-ca for TLS' : 'a TLS listener of a broker',
    );
  }
  const type = protocolErrorOf(error);
  if (error.name === 'KafkaJSSASLAuthenticationError' || type === 'UNSUPPORTED_SASL_MECHANISM') {
    return refused(
      `it does not let user "${sasl?.username ?? ''}" in with ${sasl?.mechanism ?? 'SASL'}`,
      'a user that it knows, the password in CQSHOP_KAFKA_PASSWORD and a mechanism that it offers',
    );
  }
  if (type === 'ILLEGAL_SASL_STATE') {
    return refused(
      'its listener there wants no SASL',
      'the port of a listener with SASL, or neither --sasl nor --user (CQSHOP_KAFKA_SASL, CQSHOP_KAFKA_USER)',
    );
  }
  if (type === 'SECURITY_DISABLED') {
    return refused('it has no rights to give: every user may do everything', 'a broker with authorizer.class.name');
  }
  if (type.endsWith('AUTHORIZATION_FAILED')) {
    const what = type.startsWith('CLUSTER') ? 'cluster' : type.startsWith('GROUP') ? 'groups' : 'topics';
    return refused(`it does not allow that (${type})`, `rights for ${sasl?.username ?? 'this user'} on the ${what}`);
  }
  if (tls !== undefined && /certificate|CERT|SSL|TLS|EPROTO|alert/i.test(`${code} ${text}`)) {
    return unreachable(
      `TLS failed (${code === '' ? text : code})`,
      'a TLS listener whose certificate the authority in --tls-ca has signed, for this name',
    );
  }
  if (/closed/i.test(text) || code === 'ECONNRESET' || code === 'EPIPE') {
    return unreachable(
      'it closes the connection',
      tls === undefined && sasl === undefined
        ? 'a listener without TLS and SASL; --tls-ca, --sasl and --user are for others'
        : 'a listener of this kind (TLS, SASL, client certificate)',
    );
  }
  return unreachable(type === '' ? text : `${type} (${text})`, 'a broker in good health');
}
