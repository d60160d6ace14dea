import type { PageBundle } from './page-bundle.ts';

/** The page that loads the console; everything in it is in `main.js`. */
export function pageHtml(bundle: PageBundle): string {
  const style = bundle.has('main.css') ? '\n    <link rel="stylesheet" href="/assets/main.css">' : '';
  return html(
    'CSV imports',
    `${style}
    <script type="module" src="/assets/main.js"></script>`,
    `<div id="root"></div>
    <noscript>The console needs JavaScript.</noscript>`,
  );
}

/** What is shown in the page's place where it could not be bundled. */
export function bundleFailedHtml(error: Error): string {
  return html(
    'The console cannot be shown',
    '',
    `<h1>The console’s page cannot be bundled</h1>
    <p>Put right what the message says and load this page again. Where a package is missing: <code>npm ci</code>.</p>
    <pre>${escapeHtml(error.message)}</pre>`,
  );
}

function html(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="data:,">${head}
  </head>
  <body>
    ${body}
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
