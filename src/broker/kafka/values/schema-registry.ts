import { setTimeout } from 'node:timers/promises';
import { cannot, reasonOf } from '../../../base/errors.ts';
import { jsonIn } from '../../../base/json-file.ts';
import { Reachability } from '../reachability.ts';
import type { Secret } from '../secret.ts';

/** A schema as a registry has it. */
export type RegisteredSchema = {
  /** AVRO, JSON or PROTOBUF. */
  readonly type: string;
  /** Of Avro only. */
  readonly schema?: unknown;
  /** The schemas of Avro that it names, each after those that it names itself. */
  readonly references: readonly unknown[];
};

/** Who asks a registry. */
export type RegistryLogin = { readonly username: string; readonly password: Secret };

/** How to ask a registry. */
export type RegistryAccess = {
  /** Unless the mapping has one. */
  readonly login?: RegistryLogin | undefined;
  /** When aborted, the wait ends with its reason. */
  readonly giveUp?: AbortSignal | undefined;
  /** Called when the registry has not answered for eight seconds, and when it answers again. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/** As for a broker, the times allow for a restart. */
const trying = { patienceMs: 90_000, requestMs: 60_000, waitMs: 500 } as const;
/** How many other schemas one may name, directly or through others: the chain may have no end. */
const mostReferences = 1000;
/** The largest id that a registry gives. */
const largestId = 2 ** 31 - 1;

/** A schema registry with the interface of Confluent's, which others have too. */
export class SchemaRegistry {
  readonly #url: string;
  readonly #login: RegistryLogin | undefined;
  #reachability: Reachability | undefined;

  constructor(url: string, login?: RegistryLogin) {
    this.#url = url.replace(/\/$/, '');
    this.#login = login;
  }

  /**
   * The schema of an id; undefined where the registry does not have it.
   *
   * @throws BROKER_UNREACHABLE after a minute and a half, BROKER_REFUSED when it answers otherwise than a registry, the reason of `giveUp`
   */
  async schemaWith(id: number, access: RegistryAccess): Promise<RegisteredSchema | undefined> {
    if (id > largestId) return undefined;
    const { giveUp, onNote } = access;
    this.#reachability ??= onNote === undefined ? undefined : new Reachability(this.#url, onNote);
    const login = this.#login ?? access.login;
    const found = this.#get(`/schemas/ids/${id}`, { giveUp, login }, new Map());
    return this.#reachability?.during(found) ?? found;
  }

  /** @param known by path; what names each other is asked for once */
  async #get(path: string, access: RegistryAccess, known: Map<string, unknown>): Promise<RegisteredSchema | undefined> {
    const found = await ask(this.#url + path, access);
    if (found === undefined) return undefined;
    const type = String(found.schemaType ?? 'AVRO');
    if (type !== 'AVRO') return { type, references: [] };
    for (const { subject, version } of referencesIn(found)) {
      const place = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      if (known.has(place)) continue;
      if (known.size >= mostReferences) {
        const refused = cannot('BROKER_REFUSED', `get ${this.#url}${path}`);
        throw refused(`it names more than ${mostReferences} others`, 'fewer');
      }
      known.set(place, undefined);
      const referenced = await this.#get(place, access, known);
      // Behind those that it names.
      known.delete(place);
      known.set(place, referenced?.schema);
    }
    const references = [...known.values()].filter(one => one !== undefined);
    const text = String(found.schema);
    // A schema that is one word may stand without its quotes.
    return { type, schema: jsonIn(text) ?? text, references };
  }
}

function referencesIn({ references }: Answer): readonly { readonly subject: string; readonly version: string }[] {
  if (!Array.isArray(references)) return [];
  return references.map(one => ({ subject: String(one?.subject), version: String(one?.version) }));
}

type Answer = Readonly<Record<string, unknown>>;

/** The answer to a request; undefined where the registry says that it does not have what was asked for. */
async function ask(url: string, { giveUp, login }: RegistryAccess): Promise<Answer | undefined> {
  const headers = login === undefined ? {} : { authorization: basic(login) };
  const patience = AbortSignal.timeout(trying.patienceMs);
  const refused = cannot('BROKER_REFUSED', `get ${url}`);
  const noRegistry = (found: string, cause?: unknown) => refused(found, 'the URL of a schema registry', cause);
  for (;;) {
    let failure: unknown;
    try {
      const timeout = AbortSignal.timeout(trying.requestMs);
      const signal = giveUp === undefined ? timeout : AbortSignal.any([giveUp, timeout]);
      const answer = await fetch(url, { headers, signal });
      const { status } = answer;
      const text = await shortText(answer);
      if (text === undefined) throw noRegistry(`its answer is larger than ${mostMebibytes} MiB`);
      const body = answerIn(text);
      if (answer.ok && typeof body?.schema === 'string') return body;
      if (status === 404 && body?.error_code !== undefined) return undefined;
      const answered = `it answers with status ${status}`;
      if (status === 401 || status === 403) {
        throw login === undefined
          ? refused(answered, 'CQSHOP_REGISTRY_USER and CQSHOP_REGISTRY_PASSWORD, or a registry without a password')
          : refused(`${answered} to user ${login.username}`, 'a user who may read schemas, and the password');
      }
      if (status < 500 && status !== 408 && status !== 429) {
        throw noRegistry(answer.ok ? 'its answer is not that of a schema registry' : answered);
      }
      failure = new Error(answered);
    } catch (error) {
      giveUp?.throwIfAborted();
      if (!isOfNetwork(error)) throw error;
      failure = error.cause ?? error;
      if (isOfFetch(failure)) throw noRegistry(failure.message, failure);
    }
    if (patience.aborted) {
      throw cannot('BROKER_UNREACHABLE', `get ${url}`)(reasonOf(failure), 'a schema registry', failure);
    }
    await setTimeout(trying.waitMs, undefined, { signal: giveUp }).catch(() => giveUp?.throwIfAborted());
  }
}

/** The largest answer that is read [MiB]. */
const mostMebibytes = 16;

/** The text of an answer; undefined if it is too long, since it may have no end. */
async function shortText({ body }: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    size += part.length;
    if (size > mostMebibytes * 1024 * 1024) return undefined;
  }
  return Buffer.concat(parts).toString();
}

function basic({ username, password }: RegistryLogin): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`;
}

/** `fetch` throws a TypeError with a cause when there is no answer, and a DOMException when it takes too long. */
function isOfNetwork(error: unknown): error is Error {
  return (error instanceof TypeError && error.cause !== undefined) || error instanceof DOMException;
}

/** What `fetch` itself refuses has no code: a redirect without an end, or a port that is not for HTTP. */
function isOfFetch(failure: unknown): failure is Error {
  return failure instanceof Error && !('code' in failure);
}

function answerIn(text: string): Answer | undefined {
  const value = jsonIn(text);
  // Its fields are looked at one by one.
  return typeof value === 'object' && value !== null ? (value as Answer) : undefined;
}
