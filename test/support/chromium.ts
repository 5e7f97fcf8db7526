import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The program of a Chromium on this machine; undefined if there is none. */
const chromiumPath: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap(dir => names.map(name => join(dir, name)))
  .find(existsSync);

/** Why the tests in a browser are left out; undefined if they are not. With CQSHOP_REQUIRE_CHROMIUM=1 they fail instead. */
export const noChromium: string | undefined =
  chromiumPath === undefined && process.env.CQSHOP_REQUIRE_CHROMIUM !== '1'
    ? `there is no ${names.join(', ')} in PATH`
    : undefined;

/** Starts it without a window. */
export async function startChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(`Cannot start Chromium: there is no ${names.join(', ')} in PATH`);
  return chromium.launch({ executablePath: chromiumPath });
}
