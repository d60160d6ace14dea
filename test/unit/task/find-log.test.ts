import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { findLog } from '../../../task/find-log.ts';

/** A stand-in for ECS's endpoint, which exists on ECS only. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v4/abc`;
}

/** As AWS documents the answer of version 4 on Fargate, shortened. */
const metadata = {
  DockerId: 'cd189a933e5849daa93386466019ab50-2495160603',
  Name: 'importer',
  Image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/importer:latest',
  LogDriver: 'awslogs',
  LogOptions: {
    'awslogs-group': '/ecs/importer',
    'awslogs-region': 'us-west-2',
    'awslogs-stream': 'importer/importer/cd189a933e5849daa93386466019ab50',
  },
  ContainerARN: 'arn:aws:ecs:us-west-2:111122223333:container/05966557-f16c-49cb-9352-24b3a0dcd0e1',
};

it('makes of ECS’s metadata a link to the log', async () => {
  const uri = await serve((_, response) => response.end(JSON.stringify(metadata)));
  expect(await findLog(uri)).toBe(
    'https://us-west-2.console.aws.amazon.com/cloudwatch/home#logsV2:log-groups/log-group/$252Fecs$252Fimporter/log-events/importer$252Fimporter$252Fcd189a933e5849daa93386466019ab50',
  );
});

it.each<[string, RequestListener]>([
  ['another log driver', (_, response) => response.end(JSON.stringify({ ...metadata, LogOptions: null }))],
  ['no JSON', (_, response) => response.end('<html>')],
  ['an error', (_, response) => response.writeHead(500).end()],
  ['nothing, for longer than a link is worth', () => {}],
])('has no link, and does not fail, where the answer is %s', async (_, listener) => {
  expect(await findLog(await serve(listener))).toBeNull();
});

it('asks nobody outside of ECS', async () => {
  expect(await findLog('')).toBeNull();
  expect(await findLog('not a url')).toBeNull();
});
