/** Variables of the process's environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place that reads the environment. */
export function environment(): Environment {
  // biome-ignore lint/style/noProcessEnv: everything else asks here.
  return process.env;
}
