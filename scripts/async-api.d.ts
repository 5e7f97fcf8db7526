import type { Service } from '../src/shop/services/service.ts';

type Json = Readonly<Record<string, unknown>>;

/** The JSON Schema of each message's payload, by message type. */
export function messageJsonSchemas(services: readonly Service[]): ReadonlyMap<string, Json>;

/** The AsyncAPI 3 document of all topics and messages. */
export function asyncApiDocument(services: readonly Service[], version: string): Json;
