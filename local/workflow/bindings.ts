/** Carries out one Task state. Rejects with a TaskError for what AWS would report as a failed task. */
export type TaskBinding = (parameters: never, signal: AbortSignal) => Promise<unknown>;

/** By the Task state's resource without its ARN prefix, such as `lambda:invoke`. */
export type TaskBindings = Readonly<Record<string, TaskBinding>>;

/** `arn:aws:states:::ecs:runTask.sync` becomes `ecs:runTask.sync`. */
export function bindingName(resource: string): string {
  return resource.replace(/^arn:[^:]+:states:[^:]*:[^:]*:/, '');
}

/** `arn:aws:states:::ecs:runTask.sync` becomes what history events call `ecs` and `runTask.sync`. */
export function splitResource(resource: string): { resourceType: string; resource: string } {
  const parts = bindingName(resource).split(':');
  return { resourceType: parts.slice(0, -1).join(':'), resource: parts.at(-1)! };
}
