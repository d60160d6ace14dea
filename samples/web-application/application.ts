import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Sql } from 'postgres';
import { type Run, readRun } from './ledger.ts';
import { type AnnouncedFile, findProblem, keyOf, presignUpload } from './presigned-upload.ts';
import { presignDownload, readFirstRejects } from './rejects.ts';
import type { Settings } from './settings.ts';
import { describeRun } from './upload-status.ts';
import { signIn, userOf } from './user.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, 'page', name), 'utf8');

/** The application's web server. Files go from the browser to S3, never through here. */
export function createApplication(settings: Settings, sql: Sql): Hono {
  const { target, uploadBucket } = settings;

  /** The run of the user's own upload: the key is made from who asks, so no other user's can be asked for. */
  const ownRun = (context: Context): Promise<Run | null> => {
    const name = context.req.param('name')!;
    const version = context.req.param('version')!;
    const key = keyOf(target, userOf(context), name);
    return readRun(sql, { import: target.import, bucket: uploadBucket, key, version });
  };

  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof HTTPException) return context.json({ problem: error.message }, error.status);
    console.error(error);
    return context.json({ problem: 'Something on our side went wrong. Try again in a minute.' }, 500);
  });

  app.get('/', (context) => context.html(page('index.html')));
  app.get('/upload.js', (context) =>
    context.body(page('upload.js'), 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );

  app.post('/sign-in', async (context) => {
    const { user } = (await context.req.json().catch(() => ({}))) as { user?: unknown };
    signIn(context, user);
    return context.json({});
  });

  app.post('/uploads', async (context) => {
    const user = userOf(context);
    const file = readAnnouncement(await context.req.json().catch(() => null));
    const problem = findProblem(target, file);
    if (problem !== null) throw new HTTPException(422, { message: problem });
    return context.json(await presignUpload(settings, user, file), 201);
  });

  app.get('/uploads/:name/:version', async (context) => context.json(describeRun(await ownRun(context))));

  app.get('/uploads/:name/:version/rejects', async (context) => {
    const run = await ownRun(context);
    return context.json(run?.errorsKey ? await readFirstRejects(settings, run.errorsKey) : []);
  });

  app.get('/uploads/:name/:version/:file{errors\\.csv|rows\\.csv}', async (context) => {
    const run = await ownRun(context);
    const file = context.req.param('file');
    const key = file === 'errors.csv' ? run?.errorsKey : run?.rowsKey;
    if (!key) throw new HTTPException(404, { message: 'No row of this upload was rejected.' });
    const base = context.req.param('name').replace(/(\.csv)?(\.gz)?$/i, '');
    return context.redirect(await presignDownload(settings, key, `${base}-${file}`));
  });

  return app;
}

function readAnnouncement(body: unknown): AnnouncedFile {
  const { name, size } = (body ?? {}) as Partial<AnnouncedFile>;
  if (typeof name === 'string' && name !== '' && Number.isSafeInteger(size) && size! >= 0) {
    return { name, size: size! };
  }
  throw new HTTPException(400, { message: 'Send {"name":"customers.csv","size":12345}.' });
}
