// The embedded S3 endpoint in a process of its own, so that its work is not the importer's, nor the benchmark's.
import { startS3 } from '../../local/s3/server.ts';
import { startDelayingProxy } from './delaying-proxy.ts';
import { DELAY_MS, RESULTS, type S3Endpoints, UPLOADS } from './endpoints.ts';

const server = await startS3({
  directory: process.argv[2]!,
  buckets: [
    { name: UPLOADS, versioned: true },
    { name: RESULTS, versioned: false },
  ],
});
const slowEndpoint = await startDelayingProxy(server.endpoint, DELAY_MS);
process.send!({ endpoint: server.endpoint, slowEndpoint } satisfies S3Endpoints);
// The benchmark has ended, in whatever way; all that is kept here is its own.
process.on('disconnect', () => process.exit());
// Ctrl-C goes to all processes of the terminal: this one is needed until the benchmark has stopped.
process.on('SIGINT', () => {});
