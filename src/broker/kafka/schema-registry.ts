import { setTimeout } from 'node:timers/promises';
import { cannot } from '../../base/errors.ts';
import { noting, type Reachability } from './reachability.ts';

/** A schema as a registry has it. */
export type RegisteredSchema = {
  readonly schema: unknown;
  /** The schemas that it names, each after those that it names itself. */
  readonly references: readonly unknown[];
};

/** What to do while a registry does not answer. */
export type Waiting = {
  /** When aborted, the wait ends with its reason. */
  readonly giveUp?: AbortSignal | undefined;
  /** Called when the registry has not answered for eight seconds, and when it answers again. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/** As for a broker: its restart is waited for. */
const trying = { patienceMs: 90_000, requestMs: 60_000, waitMs: 500 } as const;
/** The largest id that a registry gives. */
const largestId = 2 ** 31 - 1;

/** A schema registry with the interface of Confluent's, which others have too. */
export class SchemaRegistry {
  readonly #url: string;
  #reachability: Reachability | undefined;

  constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
  }

  /**
   * undefined where the registry does not have it, or it is of another kind than Avro.
   *
   * @throws BROKER_UNREACHABLE after a minute and a half, BROKER_REFUSED when it answers otherwise than a registry, the reason of `giveUp`
   */
  async schemaWith(id: number, waiting: Waiting): Promise<RegisteredSchema | undefined> {
    if (id > largestId) return undefined;
    const { giveUp, onNote } = waiting;
    this.#reachability ??= onNote === undefined ? undefined : noting(this.#url, onNote);
    const found = this.#get(`/schemas/ids/${id}`, giveUp, new Map());
    return this.#reachability?.during(found) ?? found;
  }

  /** @param known by path; what names each other is asked for once */
  async #get(
    path: string,
    giveUp: AbortSignal | undefined,
    known: Map<string, unknown>,
  ): Promise<RegisteredSchema | undefined> {
    const found = await ask(this.#url + path, giveUp);
    if (found === undefined || (found.schemaType ?? 'AVRO') !== 'AVRO') return undefined;
    for (const { subject, version } of referencesIn(found)) {
      const place = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      if (known.has(place)) continue;
      known.set(place, undefined);
      const referenced = await this.#get(place, giveUp, known);
      // Behind those that it names.
      known.delete(place);
      known.set(place, referenced?.schema);
    }
    return { schema: schemaOf(String(found.schema)), references: [...known.values()].filter(one => one !== undefined) };
  }
}

/** A schema that is one word may stand without its quotes. */
function schemaOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function referencesIn({ references }: Answer): readonly { readonly subject: string; readonly version: string }[] {
  if (!Array.isArray(references)) return [];
  return references.map(one => ({ subject: String(one?.subject), version: String(one?.version) }));
}

type Answer = Readonly<Record<string, unknown>>;

/** undefined where the registry says that it does not have it. */
async function ask(url: string, giveUp: AbortSignal | undefined): Promise<Answer | undefined> {
  const patience = AbortSignal.timeout(trying.patienceMs);
  const fails = (code: 'BROKER_UNREACHABLE' | 'BROKER_REFUSED') => cannot(code, `get ${url}`);
  for (;;) {
    let failure: unknown;
    try {
      const timeout = AbortSignal.timeout(trying.requestMs);
      const answer = await fetch(url, { signal: giveUp === undefined ? timeout : AbortSignal.any([giveUp, timeout]) });
      const { status } = answer;
      const body = jsonIn(await answer.text());
      if (answer.ok && typeof body?.schema === 'string') return body;
      if (status === 404 && body?.error_code !== undefined) return undefined;
      if (status === 401 || status === 403) {
        throw fails('BROKER_REFUSED')(`it answers with status ${status}`, 'a registry that needs no password');
      }
      if (status < 500 && status !== 408 && status !== 429) {
        const what = answer.ok ? 'its answer is not that of a schema registry' : `it answers with status ${status}`;
        throw fails('BROKER_REFUSED')(what, 'the URL of a schema registry');
      }
      failure = new Error(`it answers with status ${status}`);
    } catch (error) {
      giveUp?.throwIfAborted();
      if (!isOfNetwork(error)) throw error;
      failure = error.cause ?? error;
    }
    if (patience.aborted) {
      const found = failure instanceof Error ? failure.message : String(failure);
      throw fails('BROKER_UNREACHABLE')(found, 'a schema registry', failure);
    }
    await setTimeout(trying.waitMs, undefined, { signal: giveUp }).catch(() => giveUp?.throwIfAborted());
  }
}

/** `fetch` throws a TypeError with a cause when there is no answer, and a DOMException when it takes too long. */
function isOfNetwork(error: unknown): error is Error {
  return (error instanceof TypeError && error.cause !== undefined) || error instanceof DOMException;
}

function jsonIn(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Its fields are looked at one by one.
    return typeof value === 'object' && value !== null ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}
