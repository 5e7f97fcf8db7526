import type { Service } from '../src/shop/services/service.ts';

/** The page that lists every message of the given services [Markdown]. */
export function renderMessageReference(services: readonly Service[]): string;
