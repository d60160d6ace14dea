import { hostname, userInfo } from 'node:os';
import { inspect } from 'node:util';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { arnOf } from '../../find-execution.ts';
import { OperatorError } from '../../operator-error.ts';
import { printError } from '../../output.ts';
import { type Execution, readExecution } from '../../read-execution.ts';
import { redriveExecution } from '../../redrive.ts';
import { stopExecution } from '../../stop.ts';
import { acceptUpload } from './accept-upload.ts';
import { downloadRejectFile } from './download.ts';
import { readExecutionPage } from './execution-page.ts';
import { readExecutionView } from './execution-view.ts';
import { checkCaller } from './guard.ts';
import { readLogView } from './log-view.ts';
import { readOverview } from './overview.ts';
import type { PageBundle } from './page-bundle.ts';
import { bundleFailedHtml, pageHtml } from './page-html.ts';
import { ConsoleProblem, describeProblem } from './problem.ts';
import { readQuery } from './query.ts';
import { planRedrivesOf, redriveAll } from './redrives.ts';
import { readRejects } from './rejects-view.ts';
import type { ConsoleSource } from './source.ts';
import { readStack } from './stack-view.ts';
import { readStateView } from './state-view.ts';

type App = Hono<{ Bindings: HttpBindings }>;

/**
 * What the console answers: `api.ts` under `/api`, the page everywhere else.
 *
 * @param port asked for at each request, since it is known only when the server listens
 */
export function createRoutes(
  source: ConsoleSource,
  page: () => Promise<PageBundle>,
  port: () => number,
): App {
  const app: App = new Hono();
  app.use(securityHeaders);
  app.use((context, next) => {
    checkCaller(context.env.incoming, port());
    return next();
  });
  addApi(app, source);
  addPage(app, page);
  app.onError((error, context) => {
    const { status, problem } = describeProblem(error);
    if (status === 500) printError(inspect(error));
    return context.json(problem, status as ContentfulStatusCode, { 'cache-control': 'no-store' });
  });
  return app;
}

const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    // Cloudscape sets styles of elements, and adds its theme as a style sheet.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  // It speaks no TLS, and other programs of this machine have the same host name.
  strictTransportSecurity: false,
});

function addApi(app: App, source: ConsoleSource): void {
  app.use('/api/*', async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
  });
  app.get('/api/stack', async (context) => context.json(await readStack(source)));
  app.get('/api/executions', async (context) =>
    context.json(await readExecutionPage(source, readQuery(context.req.queries()))),
  );
  app.get('/api/executions/:name', async (context) =>
    context.json(await readExecutionView(source, context.req.param('name'))),
  );
  app.get('/api/executions/:name/states/:state', async (context) =>
    context.json(await readStateView(source, context.req.param('name'), context.req.param('state'))),
  );
  app.get('/api/executions/:name/log', async (context) =>
    context.json(await readLogView(source, context.req.param('name'))),
  );
  app.get('/api/executions/:name/rejects', async (context) =>
    context.json(await readRejects(source, context.req.param('name'))),
  );
  app.get('/api/executions/:name/files/:file{rows\\.csv|errors\\.csv}', (context) =>
    downloadRejectFile(
      source,
      context.req.param('name'),
      context.req.param('file') as 'rows.csv' | 'errors.csv',
    ),
  );
  app.post('/api/executions/:name/redrive', (context) =>
    change(source, context, async (execution) => redriveExecution(await source.connect(), execution)),
  );
  app.post('/api/executions/:name/stop', (context) =>
    change(source, context, async (execution) =>
      stopExecution(
        await source.connect(),
        execution,
        `Stopped from the console page by ${userInfo().username} at ${hostname()}.`,
      ),
    ),
  );
  app.post('/api/redrive-plan', async (context) =>
    context.json(await planRedrivesOf(source, await readJson(context))),
  );
  app.post('/api/redrives', async (context) =>
    context.json(await redriveAll(source, await readJson(context))),
  );
  app.post('/api/uploads', async (context) =>
    context.json(await acceptUpload(source, context.env.incoming, readQuery(context.req.queries())), 201),
  );
  app.get('/api/overview', async (context) =>
    context.json(await readOverview(source, readQuery(context.req.queries()).since || '1d')),
  );
  app.all('/api/*', ({ req }) => {
    throw new ConsoleProblem(404, 'UnknownRequest', `The console does not know ${req.method} ${req.path}.`);
  });
}

/** The JSON of a request's body; undefined where it is none, which no schema takes. */
function readJson(context: Context): Promise<unknown> {
  return context.req.json<unknown>().catch(() => undefined);
}

/** Does something with the execution that a request names; what Step Functions would refuse is a conflict. */
async function change(
  source: ConsoleSource,
  context: Context,
  carryOut: (execution: Execution) => Promise<void>,
): Promise<Response> {
  const connection = await source.connect();
  const execution = await readExecution(connection, arnOf(connection, context.req.param('name')!));
  try {
    await carryOut(execution);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new ConsoleProblem(409, 'Refused', error.message);
  }
  return context.body(null, 204);
}

const contentTypes: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
  woff: 'font/woff',
  ttf: 'font/ttf',
};

function addPage(app: App, page: () => Promise<PageBundle>): void {
  app.get('/assets/:file', async (context) => {
    const name = context.req.param('file');
    const file = (await page()).get(name);
    if (file === undefined) throw new ConsoleProblem(404, 'NotFound', `The page has no file ${name}.`);
    const headers = { etag: file.etag, 'cache-control': 'no-cache' };
    if (context.req.header('if-none-match') === file.etag) return context.body(null, 304, headers);
    const contentType = contentTypes[name.split('.').at(-1)!] ?? 'application/octet-stream';
    return context.body(file.content, 200, { ...headers, 'content-type': contentType });
  });
  app.get('/', async (context) => {
    context.header('cache-control', 'no-cache');
    try {
      return context.html(pageHtml(await page()));
    } catch (error) {
      return context.html(bundleFailedHtml(error as Error), 500);
    }
  });
  // Links without the # by which the page finds its way, such as those that are printed.
  app.get('*', (context) => {
    const { pathname, search } = new URL(context.req.url);
    return context.redirect(`/#${pathname}${search}`);
  });
}
