import { chainTo, type Files, graphOf, type Import, importsOf } from './import-graph.ts';
import { blank } from './source-text.ts';

const simulatingHalf = [
  'kernel',
  'messaging',
  'services',
  'actors',
  'staff',
  'customers',
  'anomalies',
  'near-misses',
  'scenarios',
  'simulation',
  'live',
  'collector',
];
const learningHalf = ['features', 'detectors', 'evaluation', 'audit', 'report'];

/** Everything in the source that breaks a rule of docs/design.md: one line each, sorted. */
export function violations(files: Files): readonly string[] {
  const imports = importsOf(files);
  const graph = graphOf(imports);
  const found = [
    ...unknownRooms(files),
    ...missingFiles(files, imports),
    ...halves(imports),
    ...leaves(imports),
    ...truthReaders(files, graph),
    ...services(imports),
    ...cycles(files, graphOf(imports.filter(({ isTypeOnly }) => !isTypeOnly))),
    ...libraryPlaces(imports),
    ...forbiddenCode(files),
    ...barrels(files),
  ];
  return [...new Set(found)].sort();
}

/** The room of a file is its folder in `src`; files directly in `src` belong to all rooms and have none. */
function roomOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? '';
}

function unknownRooms(files: Files): readonly string[] {
  const rooms = [...simulatingHalf, ...learningHalf, 'dataset', 'experiment', 'following', 'cli', ''];
  return [...files.keys()]
    .filter(path => !rooms.includes(roomOf(path)))
    .map(path => `${path}: the room ${roomOf(path)} belongs to no half; name it in test/architecture/rules.ts`);
}

function missingFiles(files: Files, imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ to, kind }) => kind === 'file' && !files.has(to))
    .map(({ from, to }) => `${from}: imports ${to}, which does not exist`);
}

/** The halves meet in the dataset alone, and are put together by experiments, live detection and the command line, which nobody imports. */
function halves(imports: readonly Import[]): readonly string[] {
  return ours(imports).flatMap(({ from, to }) => {
    const [source, target] = [roomOf(from), roomOf(to)];
    if (simulatingHalf.includes(source) && learningHalf.includes(target)) {
      return [`${from}: the simulating half imports the learning half, ${to}`];
    }
    if (learningHalf.includes(source) && simulatingHalf.includes(target)) {
      return [`${from}: the learning half imports the simulating half, ${to}`];
    }
    if (source !== 'cli' && target === 'cli') return [`${from}: imports the command line, ${to}`];
    if (!['cli', 'experiment'].includes(source) && target === 'experiment')
      return [`${from}: imports an experiment, ${to}`];
    if (!['cli', 'following'].includes(source) && target === 'following')
      return [`${from}: imports live detection, ${to}`];
    return [];
  });
}

/** Rooms that stand below others: what they may import, beside themselves and the files directly in `src`. */
const foundations: Readonly<Record<string, readonly string[]>> = {
  '': [],
  kernel: [],
  messaging: ['src/kernel/'],
  dataset: ['src/messaging/message.ts', 'src/messaging/topics.ts'],
};

function leaves(imports: readonly Import[]): readonly string[] {
  return ours(imports)
    .filter(({ from, to }) => {
      const allowed = foundations[roomOf(from)];
      return (
        allowed !== undefined &&
        roomOf(to) !== roomOf(from) &&
        roomOf(to) !== '' &&
        !allowed.some(start => to.startsWith(start))
      );
    })
    .map(({ from, to }) => `${from}: ${roomOf(from) || 'src'} stands below ${roomOf(to)} and imports ${to}`);
}

/** Where labels may be read: writing them down, teaching the supervised, scoring, auditing them, and the command line that starts these. */
const truthReader =
  /^src\/(evaluation|audit|collector|experiment|cli)\/|^src\/detectors\/train[^/]*\.ts$|^src\/dataset\/read-truth[^/]*\.ts$/;

function truthReaders(files: Files, graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const isTruth = (path: string) => /^src\/dataset\/read-truth[^/]*\.ts$/.test(path);
  return [...files.keys()].flatMap(path => {
    const chain = truthReader.test(path) ? undefined : chainTo(path, graph, isTruth);
    return chain === undefined ? [] : [`${path}: can reach the labels: ${chain.join(' -> ')}`];
  });
}

/** A service knows itself, the shape of messages and of a service, and what other services publish. */
const serviceMay =
  /^src\/kernel\/hash\.ts$|^src\/messaging\/message\.ts$|^src\/services\/[^/]+\.ts$|^src\/services\/[^/]+\/messages\.ts$|^src\/[^/]+\.ts$/;

function services(imports: readonly Import[]): readonly string[] {
  return imports.flatMap(({ from, to, kind }) => {
    const own = /^src\/services\/[^/]+\//.exec(from)?.[0];
    if (own === undefined) return [];
    if (kind === 'package') return to === 'zod' ? [] : [`${from}: a service imports the package ${to}`];
    return to.startsWith(own) || serviceMay.test(to) ? [] : [`${from}: a service imports ${to}`];
  });
}

/** Modules that need each other to load, lazily or not. Types may refer to each other. */
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

const simulatingFiles = new RegExp(`^src/(${simulatingHalf.join('|')})/`);

/** What makes two runs differ, or ends the process behind the command line's back. */
const bans: readonly Ban[] = [
  { name: 'Date.now', pattern: /\bDate\.now\b/, in: /^src\//, except: /^src\/live\/live-clock\.ts$/ },
  { name: 'new Date()', pattern: /\bnew Date(?:\(\s*\)|(?![\w(]))|(?<!new )\bDate\(/, in: /^src\// },
  {
    name: 'performance.now',
    pattern: /\bperformance\b/,
    in: /^src\//,
    except: /^src\/(cli\/|following\/|live\/live-clock\.ts$)/,
  },
  { name: 'Math.random', pattern: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/, in: /^src\// },
  { name: 'Math.pow', pattern: /\bMath\.pow\b/, in: /^src\// },
  { name: 'a power that may be fractional', pattern: /\*\*=?(?!\s*\d+\b(?!\.))/, in: simulatingFiles },
  { name: 'process.exit', pattern: /\bprocess\.exit\b/, in: /^src\// },
  { name: 'process.env', pattern: /\bprocess\.env\b/, in: /^src\//, except: /^src\/cli\// },
  {
    name: 'local time or language',
    pattern:
      /\.(?:get|set)(?:Hours|Minutes|Day|Date|Month|FullYear|TimezoneOffset)\(|\btoLocale\w*|\blocaleCompare\b|\bIntl\b/,
    in: /^src\//,
    except: /^src\/(cli|report)\//,
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
