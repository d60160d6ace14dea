// A process that starts the embedded PostgreSQL, says where it is, and stops it on SIGTERM.
import { startPostgres } from '../../local/postgres.ts';

const server = await startPostgres({ directory: process.argv[2]!, port: 0, fsync: false });
process.on('SIGTERM', async () => {
  await server.stop();
  process.exit();
});
setInterval(() => {}, 1000);
console.log(server.url);
