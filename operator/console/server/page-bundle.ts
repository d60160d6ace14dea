import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** A file of the page, as browsers get it. */
export interface PageFile {
  content: Uint8Array<ArrayBuffer>;
  /** Of HTTP: in quotes. */
  etag: string;
}

/** The page's files by their names: `main.js`, `main.css` and what these load. */
export type PageBundle = ReadonlyMap<string, PageFile>;

/**
 * Bundles the page; nothing is written to the disk, so that there is no build step and nothing gets old.
 *
 * @throws Error saying where the page's source is wrong
 */
export async function bundlePage(): Promise<PageBundle> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../page/main.tsx')],
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    // Light and dark by media query, nesting, dynamic import: browsers of the last two years.
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.svg': 'dataurl', '.png': 'dataurl' },
    outdir: '/',
    publicPath: '/assets',
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
  });
  return new Map(
    outputFiles.map(({ path, contents }) => {
      const content = new Uint8Array(contents);
      const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
      return [basename(path), { content, etag }];
    }),
  );
}

/** Bundles once, and again after an error: the source may have been corrected since. */
export function createPage(): () => Promise<PageBundle> {
  let bundling: Promise<PageBundle> | null = null;
  return () => {
    const attempt = bundling ?? bundlePage();
    bundling = attempt;
    attempt.catch(() => {
      if (bundling === attempt) bundling = null;
    });
    return attempt;
  };
}
