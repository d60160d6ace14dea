import { z } from 'zod';
import { logLink } from '../contract/console-links.ts';

/** The endpoint is beside the container and answers within milliseconds, or not at all. */
const TIMEOUT_MS = 2_000;

/** The part of ECS's container metadata (version 4) that says where the container's log is. */
const metadataSchema = z.object({
  ContainerARN: z.string(),
  LogOptions: z.object({ 'awslogs-group': z.string(), 'awslogs-stream': z.string() }),
});

/**
 * The console's page of this importer's log, for people who are notified. Never throws: a link is no reason to fail.
 *
 * @param metadataUri `ECS_CONTAINER_METADATA_URI_V4`; empty outside ECS
 * @returns null where ECS is not there or says nothing of use
 */
export async function findLog(metadataUri: string): Promise<string | null> {
  if (metadataUri === '') return null;
  try {
    const response = await fetch(metadataUri, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { ContainerARN, LogOptions } = metadataSchema.parse(await response.json());
    return logLink(ContainerARN, LogOptions['awslogs-group'], LogOptions['awslogs-stream']);
  } catch {
    return null;
  }
}
