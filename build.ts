/** Makes `dist/`, which is what the command runs where Tidegate is installed as a package: `npm run build`. */
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { build, transform, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { z } from 'zod';

const root = import.meta.dirname;
const sources = join(root, 'src');
const dist = join(root, 'dist');

/**
 * What a plan on the command line loads is put into the bundle: hundreds of small files take longer to find than to
 * run. The others stay packages: they are the service's, or look for files of theirs beside them.
 */
const inlined = new Set(['handlebars', 'node-pg-migrate', 'pg', 'pino', 'yaml', 'zod']);

const planEntry = 'src/cli/plan-alone.ts';
const planFile = 'plan.cjs';

/** An older Node than the command's own reads it as well, as far as saying what it needs. */
const target = 'node20';

/**
 * The modules one by one, with their types, and then over `cli.js` the same as a bundle with a chunk for each
 * command, and `plan.cjs` for the plan alone. The modules stay: what runs as a process of its own (the sandbox's
 * children) is made of them.
 */
async function makeDist(): Promise<void> {
  await rm(dist, { recursive: true, force: true });
  const require = createRequire(import.meta.url);
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root });
  const common: BuildOptions & { readonly metafile: true } = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target,
    external: [...(await outerPackages()), 'pg-native'],
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
  const plan = await build({
    ...common,
    // One file of CommonJS is loaded in half the time of some thirty modules.
    entryPoints: [planEntry],
    outfile: `dist/${planFile}`,
    // It is read and hashed whole each time; names stay, for whoever reads a stack.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 200,
    format: 'cjs',
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [ownPlaces, oneLanguage, plainCryptography],
  });
  const all = await build({
    ...common,
    entryPoints: ['src/cli.ts'],
    outdir: 'dist',
    splitting: true,
    format: 'esm',
    // Packages in CommonJS ask for Node's modules by `require`, which a module in ESM does not have.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    plugins: [planByItself, ownPlaces, oneLanguage],
  });
  await writeFile(join(dist, 'LICENSES.txt'), await licensesOf([plan.metafile, all.metafile]));
}

async function outerPackages(): Promise<readonly string[]> {
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return Object.keys(dependencies).filter((name) => !inlined.has(name));
}

/** In the place of the plan's modules: the file that they are built into. */
const planByItself: Plugin = {
  name: 'plan-by-itself',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]src[\\/]cli[\\/]plan-alone\.ts$/ }, () => ({
      contents: `import { createRequire } from 'node:module';
        export const { run } = createRequire(import.meta.url)('./${planFile}');`,
      loader: 'js',
    }));
  },
};

/** A module that looks for files beside itself is told where it stood, though it is now a part of a chunk. */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const own = relative(sources, path);
      const moves = !own.startsWith('..') && own !== 'cli.ts';
      if (!moves || !text.includes('import.meta.url')) return undefined;
      const place = JSON.stringify(`./${own.replaceAll('\\', '/').replace(/ts$/, 'js')}`);
      const { code } = await transform(text, {
        loader: 'ts',
        target,
        define: { 'import.meta.url': 'ownPlace' },
      });
      return { contents: `const ownPlace = new URL(${place}, import.meta.url).href;\n${code}`, loader: 'js' };
    });
  },
};

/** Zod brings its messages in fifty languages, and would load them all; Tidegate speaks English alone. */
const oneLanguage: Plugin = {
  name: 'one-language',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]node_modules[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};

/** pg proves its password by Web Crypto, which Node loads and runs in steps for as long as a plan's statements take. */
const plainCryptography: Plugin = {
  name: 'plain-cryptography',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]node_modules[\\/]pg[\\/]lib[\\/]crypto[\\/]utils\.js$/ }, () => ({
      contents: `const { createHash, createHmac, pbkdf2, randomBytes } = require('node:crypto');
        const md5 = (text) => createHash('md5').update(text).digest('hex');
        module.exports = {
          randomBytes,
          md5: async (text) => md5(text),
          postgresMd5PasswordHash: async (user, password, salt) =>
            'md5' + md5(Buffer.concat([Buffer.from(md5(password + user)), salt])),
          sha256: async (data) => createHash('sha256').update(data).digest(),
          hashByName: async (name, data) => createHash(name).update(data).digest(),
          hmacSha256: async (key, text) => createHmac('sha256', key).update(text).digest(),
          deriveKey: require('node:util').promisify((password, salt, iterations, done) =>
            pbkdf2(password, salt, iterations, 32, 'sha256', done)),
        };`,
      loader: 'js',
    }));
  },
};

const packageOf = /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** The licence of each package that is a part of the bundle, whole, as they ask. */
async function licensesOf(bundles: readonly Metafile[]): Promise<string> {
  const outputs = bundles.flatMap((bundle) => Object.values(bundle.outputs));
  const inputs = outputs.flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = new Set(inputs.flatMap(([path]) => packageOf.exec(path)?.[1] ?? []));
  const texts = await Promise.all([...folders].toSorted().map(licenseOf));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenseOf(folder: string): Promise<string> {
  const { name, version, license, author } = z
    .object({ name: z.string(), version: z.string(), license: z.string(), author: z.unknown().optional() })
    .parse(JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')));
  const file = (await readdir(join(root, folder))).find((found) => /^licen[cs]e(?:[.-].*)?$/i.test(found));
  const text =
    file === undefined
      ? `By its package.json alone, of ${JSON.stringify(author ?? 'an author without a name')}.`
      : await readFile(join(root, folder, file), 'utf8');
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

await makeDist();
