import { z } from 'zod';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { Producer } from '../../broker/kafka/producer.ts';
import { wallMs } from '../../broker/kafka/wall-clock.ts';
import type { Message } from '../../broker/message.ts';
import { controlTopic, serviceNames } from '../../broker/topics.ts';
import type { ClockMapping } from './live-clock.ts';
import { RunReader, type RunReaderOptions } from './run-reader.ts';
import { StrayRecords } from './stray-records.ts';

const share = { service: z.string(), partitions: z.array(z.number()) } as const;

const controlSchemas = {
  /** First message of a run. */
  RunOpened: z.object({ seed: z.number(), partitions: z.int().min(1), endMs: z.number() }),
  /** A replica has rebuilt these partitions and works for them. */
  PartitionsTaken: z.object(share),
  ClockStarted: z.object({ wallMs: z.number(), virtualMs: z.number(), speed: z.number() }),
  /** From now on this partition's messages and timers wait, whichever replica has it. */
  PartitionStopped: z.object({ service: z.string(), partition: z.number() }),
  PartitionStarted: z.object({ service: z.string(), partition: z.number() }),
  /** A replica has published everything that it will, for the partitions that it had at the end of the run. */
  PartitionsFinished: z.object({ ...share, repeated: z.number() }),
  /** The run's command is alive: processes that wait for its end need not give up. */
  RunGoesOn: z.object({}),
  RunEnded: z.object({}),
} as const;

type ControlType = keyof typeof controlSchemas;
export type Control<Type extends ControlType> = z.infer<(typeof controlSchemas)[Type]>;

/** The state of a run, from the messages of its control topic so far. */
export type ControlState = {
  readonly opened: Control<'RunOpened'> | undefined;
  readonly clock: ClockMapping | undefined;
  /** Stopped partitions by service. */
  readonly stopped: ReadonlyMap<string, ReadonlySet<number>>;
  readonly taken: ReadonlyMap<string, ReadonlySet<number>>;
  readonly finished: ReadonlyMap<string, ReadonlySet<number>>;
  /** Number of commands that replicas received again and recognised. */
  readonly repeated: number;
  readonly hasEnded: boolean;
};

const initialState: ControlState = {
  opened: undefined,
  clock: undefined,
  stopped: new Map(),
  taken: new Map(),
  finished: new Map(),
  repeated: 0,
  hasEnded: false,
};

/** The control topic of one run, as one process sees it. */
export class ControlTopic {
  readonly #topic: string;
  readonly #producer: Producer;
  readonly #reader: RunReader;
  readonly #closing = new AbortController();
  readonly #broken = new AbortController();
  readonly #listeners = new Set<() => void>();
  #reading: Promise<void> = Promise.resolve();
  #state = initialState;
  #published = 0;

  private constructor(client: KafkaClient, producer: Producer, strays: StrayRecords) {
    this.#topic = client.topics.full(controlTopic);
    this.#producer = producer;
    this.#reader = new RunReader(client, readerOptions(strays));
  }

  /** Reads the control topic from its start, and continues to read. @param giveUp as of a `Producer` */
  static async open(client: KafkaClient, strays = new StrayRecords(), giveUp?: AbortSignal): Promise<ControlTopic> {
    const control = new ControlTopic(client, await Producer.open(client, { giveUp }), strays);
    control.#reading = control.#read().catch(error => {
      control.#broken.abort(error);
      control.#notify();
    });
    return control;
  }

  get state(): ControlState {
    return this.#state;
  }

  /** Aborted with the error when the topic can no longer be read. From then on the state is out of date. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  async publish<Type extends ControlType>(type: Type, data: Control<Type>): Promise<void> {
    const message: Message = {
      kind: 'event',
      type,
      id: `${wallMs().toString(16)}-${process.pid}-${this.#published++}`,
      source: '/control',
      subject: 'control',
      time: wallMs(),
      correlationid: '',
      causationid: '',
      data,
    };
    await this.#producer.send([{ topic: controlTopic, partition: 0, message }]);
  }

  /** Calls back after each message. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits for a state. @throws the signal's reason, or the error that ended the reading */
  async until(isSo: (state: ControlState) => boolean, signal?: AbortSignal): Promise<ControlState> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.broken.aborted) settle(() => reject(this.broken.reason));
        else if (isSo(this.#state)) settle(() => resolve(this.#state));
      };
      const onAbort = () => settle(() => reject(signal?.reason));
      const settle = (end: () => void) => {
        signal?.removeEventListener('abort', onAbort);
        unlisten();
        end();
      };
      const unlisten = this.listen(look);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted === true) onAbort();
      else look();
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reading;
    await this.#reader.close();
    await this.#producer.close();
  }

  async #read(): Promise<void> {
    const range = { topic: this.#topic, partition: 0, from: 0, to: Number.POSITIVE_INFINITY };
    for await (const { messages } of this.#reader.read([range], { signal: this.#closing.signal })) {
      for (const { message } of messages) {
        this.#state = after(this.#state, message);
        this.#notify();
      }
    }
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The services some of whose partitions are not in a map of partitions by service. */
export function withoutAll(map: ReadonlyMap<string, ReadonlySet<number>>, partitions: number): readonly string[] {
  return serviceNames.filter(service => (map.get(service)?.size ?? 0) < partitions);
}

/**
 * The state of the last run under a prefix, at this moment; undefined if there is no control topic yet.
 *
 * @param giveUp when aborted, ends the wait for a broker that does not answer, with its reason
 */
export async function peekControl(client: KafkaClient, giveUp?: AbortSignal): Promise<ControlState | undefined> {
  const reader = new RunReader(client, { ...readerOptions(new StrayRecords()), giveUp });
  try {
    const [range] = await reader.offsets(topic => topic === client.topics.full(controlTopic));
    if (range === undefined || range.low === range.high) return undefined;
    let state = initialState;
    for await (const { messages } of reader.read([{ ...range, from: range.low, to: range.high }])) {
      for (const { message } of messages) state = after(state, message);
    }
    return state;
  } finally {
    await reader.close();
  }
}

function readerOptions(strays: StrayRecords): RunReaderOptions {
  return { strays, partitions: 1, schemas: new Map([[controlTopic, controlSchemas]]) };
}

function after(state: ControlState, { type, data }: Message): ControlState {
  switch (type) {
    case 'RunOpened':
      return { ...initialState, opened: controlSchemas.RunOpened.parse(data) };
    case 'PartitionsTaken':
      return { ...state, taken: withShare(state.taken, controlSchemas.PartitionsTaken.parse(data)) };
    case 'ClockStarted':
      return { ...state, clock: controlSchemas.ClockStarted.parse(data) };
    case 'PartitionStopped': {
      const { service, partition } = controlSchemas.PartitionStopped.parse(data);
      return { ...state, stopped: withShare(state.stopped, { service, partitions: [partition] }) };
    }
    case 'PartitionStarted': {
      const { service, partition } = controlSchemas.PartitionStarted.parse(data);
      const left = new Set(state.stopped.get(service));
      left.delete(partition);
      return { ...state, stopped: new Map([...state.stopped, [service, left]]) };
    }
    case 'PartitionsFinished': {
      const finished = controlSchemas.PartitionsFinished.parse(data);
      return {
        ...state,
        finished: withShare(state.finished, finished),
        repeated: state.repeated + finished.repeated,
      };
    }
    case 'RunGoesOn':
      return state;
    case 'RunEnded':
      return { ...state, hasEnded: true };
    default:
      throw new TypeError(`no control message "${type}"`);
  }
}

function withShare(
  map: ReadonlyMap<string, ReadonlySet<number>>,
  { service, partitions }: { readonly service: string; readonly partitions: readonly number[] },
): ReadonlyMap<string, ReadonlySet<number>> {
  return new Map([...map, [service, new Set([...(map.get(service) ?? []), ...partitions])]]);
}
