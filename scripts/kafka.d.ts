/** What scripts/kafka.js gives to tests; explained there. */
export type StartKafkaOptions = {
  readonly dir: string;
  readonly port?: number;
  readonly sasl?: {
    readonly mechanisms: readonly ('PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512')[];
    readonly users: Readonly<Record<string, string>>;
  };
  readonly tls?: { readonly keyStore: string; readonly ca: string; readonly clientAuth?: boolean };
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly heapMb?: number;
  readonly isDetached?: boolean;
  readonly signal?: AbortSignal;
};

export type RunningKafka = {
  readonly port: number;
  /** host:port */
  readonly bootstrap: string;
  readonly pid: number;
  readonly logFile: string;
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly detach: () => void;
};

export const kafkaVersion: string;
export const comesBackSoon: Readonly<Record<string, number>>;
export function missingForKafka(): string | undefined;
export function fetchJars(): string;
export function startKafka(options: StartKafkaOptions): Promise<RunningKafka>;
export function freePort(): Promise<number>;
