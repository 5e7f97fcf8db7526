import { chainTo, type Files, graphOf, type Import, importsOf } from './import-graph.ts';
import { blank } from './source-text.ts';

/** By wing of `src`, the other wings that it may import. biome.json states them. */
export type Directions = ReadonlyMap<string, readonly string[]>;

/** Everything in the source that breaks a rule of docs/design.md: one line each, sorted. */
export function violations(files: Files, directions: Directions): readonly string[] {
  const imports = importsOf(files);
  const graph = graphOf(imports);
  const found = [
    ...unknownWings(files, directions),
    ...missingFiles(files, imports),
    ...upwardImports(imports, directions),
    ...lowRooms(imports),
    ...truthReaders(files, graph),
    ...services(imports),
    ...cycles(files, graph),
    ...libraryPlaces(imports),
    ...forbiddenCode(files),
    ...barrels(files),
  ];
  return [...new Set(found)].sort();
}

/** The wing of a file is its folder in `src`. */
function wingOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? '';
}

function unknownWings(files: Files, directions: Directions): readonly string[] {
  return [...files.keys()]
    .filter(path => path.startsWith('src/') && !directions.has(wingOf(path)))
    .map(path => `${path}: is in no wing, expected a folder of ${[...directions.keys()].join(', ')}`);
}

function missingFiles(files: Files, imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ to, kind }) => kind === 'file' && !files.has(to))
    .map(({ from, to }) => `${from}: imports ${to}, which does not exist`);
}

/** A wing imports the wings below it only. */
function upwardImports(imports: readonly Import[], directions: Directions): readonly string[] {
  return ours(imports)
    .map(({ from, to }) => ({ from, to, wing: wingOf(from), imported: wingOf(to) }))
    .filter(({ wing, imported }) => wing !== imported && directions.get(wing)?.includes(imported) === false)
    .map(({ from, to, wing, imported }) => `${from}: ${wing} must not import ${imported}: ${to}`);
}

/** Rooms that stand below others of their wing: what they may import of ours. */
const rooms: readonly (readonly [room: string, may: RegExp])[] = [
  ['src/shop/engine/', /^src\/(shop\/engine|base)\//],
  ['src/data/dataset/', /^src\/(data\/dataset|base)\/|^src\/broker\/(message|topics)\.ts$/],
  ['src/lab/features/', /^src\/(lab\/features|data|broker|base)\//],
  ['src/lab/detectors/', /^src\/(lab\/(detectors|features)|data|broker|base)\//],
  ['src/broker/embedded/', /^src\/(broker\/embedded|base)\/|^src\/broker\/[^/]+\.ts$/],
  ['src/broker/kafka/', /^src\/(broker\/kafka|base)\/|^src\/broker\/[^/]+\.ts$/],
  ['src/app/experiment/', /^src\/(?!app\/(?!experiment\/))/],
  ['src/app/streaming/', /^src\/(?!app\/(?!streaming\/))/],
];

function lowRooms(imports: readonly Import[]): readonly string[] {
  return ours(imports).flatMap(({ from, to }) =>
    rooms
      .filter(([room, may]) => from.startsWith(room) && !may.test(to))
      .map(([room]) => `${from}: ${room} must not import ${to}`),
  );
}

/** Where labels may be read: writing them down, teaching the supervised, scoring, auditing them, and the command line that starts these. */
const truthReader =
  /^src\/(lab\/evaluation|lab\/audit|data\/collector|app\/experiment|app\/export|app\/series|cli)\/|^src\/app\/(api|demo|train-on-dataset|detect-in-dataset)\.ts$|^src\/lab\/detectors\/train[^/]*\.ts$|^src\/data\/dataset\/read-truth[^/]*\.ts$/;

function truthReaders(files: Files, graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const isTruth = (path: string) => /^src\/data\/dataset\/read-truth[^/]*\.ts$/.test(path);
  return [...files.keys()].flatMap(path => {
    const chain = truthReader.test(path) ? undefined : chainTo(path, graph, isTruth);
    return chain === undefined ? [] : [`${path}: can reach the labels: ${chain.join(' -> ')}`];
  });
}

/** A service knows itself, the shape of messages and of a service, and what other services publish. */
const serviceMay =
  /^src\/base\/(hash|errors|time)\.ts$|^src\/broker\/message\.ts$|^src\/shop\/services\/[^/]+\.ts$|^src\/shop\/services\/[^/]+\/messages\.ts$/;

function services(imports: readonly Import[]): readonly string[] {
  return imports.flatMap(({ from, to, kind }) => {
    const own = /^src\/shop\/services\/[^/]+\//.exec(from)?.[0];
    if (own === undefined) return [];
    if (kind === 'package') return to === 'zod' ? [] : [`${from}: a service imports the package ${to}`];
    return to.startsWith(own) || serviceMay.test(to) ? [] : [`${from}: a service imports ${to}`];
  });
}

/** Files that need each other, for types alone too: then neither can be read or moved without the other. */
function cycles(files: Files, graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...files.keys()].flatMap(path => {
    const chain = chainTo(path, graph, to => to === path);
    return chain === undefined || [...chain].sort()[0] !== path
      ? []
      : [`${path}: imports itself: ${chain.join(' -> ')}`];
  });
}

/** Libraries that can be replaced in one place. TensorFlow.js is one library in several packages. */
const singlePlace: readonly (readonly [library: string, packages: RegExp])[] = [
  ['ml-cart', /^ml-cart$/],
  ['libsvm-js', /^libsvm-js$/],
  ['TensorFlow.js', /^@tensorflow\//],
  ['kafkajs', /^kafkajs$/],
];

function libraryPlaces(imports: readonly Import[]): readonly string[] {
  return singlePlace.flatMap(([library, packages]) => {
    const places = new Set(
      imports.filter(({ to, kind }) => kind === 'package' && packages.test(to)).map(({ from }) => from),
    );
    return places.size < 2 ? [] : [`${[...places].sort().join(', ')}: ${library} has several importing places`];
  });
}

type Ban = { readonly name: string; readonly pattern: RegExp; readonly in: RegExp; readonly except?: RegExp };

/** Everything that a simulated run's bytes depend on. */
const simulatingFiles = /^src\/(base|broker|data|shop)\//;

/** What makes two runs differ, or ends the process behind the command line's back. */
const bans: readonly Ban[] = [
  { name: 'Date.now', pattern: /\bDate\.now\b/, in: /^src\//, except: /^src\/broker\/kafka\/wall-clock\.ts$/ },
  { name: 'new Date()', pattern: /\bnew Date(?:\(\s*\)|(?![\w(]))|(?<!new )\bDate\(/, in: /^src\// },
  {
    name: 'performance.now',
    pattern: /\bperformance\b/,
    in: /^src\//,
    except: /^src\/(cli\/|app\/streaming\/|broker\/kafka\/wall-clock\.ts$)/,
  },
  { name: 'Math.random', pattern: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/, in: /^src\// },
  { name: 'Math.pow', pattern: /\bMath\.pow\b/, in: /^src\// },
  { name: 'a power that may be fractional', pattern: /\*\*=?(?!\s*\d+\b(?!\.))/, in: simulatingFiles },
  { name: 'process.exit', pattern: /\bprocess\.exit\b/, in: /^src\// },
  // A native library takes its level of logging from there.
  {
    name: 'process.env',
    pattern: /\bprocess\.env\b/,
    in: /^src\//,
    except: /^src\/(cli\/|lab\/detectors\/lstm\/tensorflow\.ts$)/,
  },
  {
    name: 'local time or language',
    pattern:
      /\.(?:get|set)(?:Hours|Minutes|Day|Date|Month|FullYear|TimezoneOffset)\(|\btoLocale\w*|\blocaleCompare\b|\bIntl\b/,
    in: /^src\//,
    except: /^src\/(cli|lab\/report)\//,
  },
];

function forbiddenCode(files: Files): readonly string[] {
  return [...files].flatMap(([path, text]) => {
    const relevant = bans.filter(ban => ban.in.test(path) && ban.except?.test(path) !== true);
    const lines = blank(text, 'comments and strings').split('\n');
    return lines.flatMap((line, index) =>
      relevant.filter(({ pattern }) => pattern.test(line)).map(({ name }) => `${path}:${index + 1}: uses ${name}`),
    );
  });
}

/** A file that only hands on what others export hides where things are, and brings cycles. */
function barrels(files: Files): readonly string[] {
  return [...files]
    .filter(([path]) => path.startsWith('src/'))
    .flatMap(([path, text]) => {
      const code = blank(text, 'comments');
      if (/(^|\/)index\.[jt]s$/.test(path)) return [`${path}: is called index, not after what it holds`];
      return /^\s*export\s*(?:type\s*)?(?:\*|\{[^}]*\}\s*from\b)/m.test(code)
        ? [`${path}: exports what another file holds`]
        : [];
    });
}

function ours(imports: readonly Import[]): readonly Import[] {
  return imports.filter(({ from, to, kind }) => kind === 'file' && from.startsWith('src/') && to.startsWith('src/'));
}
