import { serve } from '@hono/node-server';
import postgres from 'postgres';
import { createApplication } from './application.ts';
import { readSettings } from './settings.ts';

try {
  const settings = readSettings(process.env);
  const sql = postgres(settings.databaseUrl, { max: 4, onnotice: () => {} });
  const application = createApplication(settings, sql);
  const port = Number(process.env.PORT ?? 3000);
  const server = serve({ fetch: application.fetch, hostname: '127.0.0.1', port }, () => {
    console.log(`The sample application: http://127.0.0.1:${port}  (Ctrl-C ends it)`);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    const inUse = error.code === 'EADDRINUSE';
    console.error(inUse ? `Port ${port} is in use: choose another, such as PORT=3001.` : error.message);
    process.exit(1);
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
