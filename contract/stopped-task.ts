import { z } from 'zod';
import { parseJson } from './parse-json.ts';

/** The parts of ECS's task description that say how the importer ended. All of them may be missing. */
const ecsTaskSchema = z.object({
  TaskArn: z.string().optional().catch(undefined),
  StopCode: z.string().optional().catch(undefined),
  StoppedReason: z.string().optional().catch(undefined),
  Containers: z
    .array(
      z.object({
        Name: z.string().optional().catch(undefined),
        ExitCode: z.number().int().optional().catch(undefined),
        Reason: z.string().optional().catch(undefined),
      }),
    )
    .default([])
    .catch([]),
  Overrides: z
    .object({
      ContainerOverrides: z.array(
        z.object({ Environment: z.array(z.object({ Name: z.string(), Value: z.string() })) }),
      ),
    })
    .optional()
    .catch(undefined),
});

/** How an ECS task ended. */
export interface StoppedTask {
  taskArn: string | null;
  /** The ATTEMPT that RunImporter gave it; null where ECS does not repeat the overrides. */
  attempt: string | null;
  /** Null where the container never ran. */
  exitCode: number | null;
  stopCode: string | null;
  /** ECS's reasons for the task and its container, in one line; empty where there is none. */
  reason: string;
}

/**
 * Reads the `Cause` of a failed `ecs:runTask.sync`: the task's description as JSON where a task came to be, plain
 * text where the API refused; null for the latter.
 *
 * @param containerName the importer's; others in the task may be agents that AWS put there.
 */
export function readStoppedTask(cause: string, containerName: string): StoppedTask | null {
  const parsed = ecsTaskSchema.safeParse(parseJson(cause));
  if (!parsed.success) return null;
  const task = parsed.data;
  if (task.TaskArn === undefined && task.StopCode === undefined && task.Containers.length === 0) return null;
  const container = task.Containers.find(({ Name }) => Name === containerName) ?? task.Containers[0];
  const environment = task.Overrides?.ContainerOverrides.flatMap((override) => override.Environment) ?? [];
  return {
    taskArn: task.TaskArn ?? null,
    attempt: environment.find(({ Name }) => Name === 'ATTEMPT')?.Value ?? null,
    exitCode: container?.ExitCode ?? null,
    stopCode: task.StopCode ?? null,
    reason: [task.StoppedReason, container?.Reason].filter(Boolean).join('; '),
  };
}
