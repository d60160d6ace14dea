/**
 * The family of task definitions that runs an import: letters, digits and hyphens, as ECS demands.
 *
 * @param own the import's name where it brings a container of its own; null for the project's importer
 */
export function taskFamily(stackName: string, own: string | null): string {
  return own === null ? `${stackName}-importer` : `${stackName}-import-${own}`;
}
