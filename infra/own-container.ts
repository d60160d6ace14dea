import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { ContainerImport } from '../contract/definition/define-import.ts';
import { ImportFailure } from '../contract/failures.ts';
import { taskFamily } from '../contract/task-family.ts';
import type { Config } from './config.ts';
import {
  acknowledgeEcrLogin,
  createImportTask,
  type ImportTask,
  type ImportTaskParts,
  type ImportTaskProps,
} from './import-task.ts';
import { projectFolder } from './project-context.ts';

/** An image in a private repository of ECR: account, region, repository, and a tag or a digest. */
const ecrImage =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::[^@]+?)??[:@]((?:sha256:)?[\w.-]+)$/;

/** The Fargate task of an import that brings a container of its own: made like the importer's, with rights of its own. */
export class OwnContainer extends Construct {
  readonly task: ImportTask;

  /** @throws ImportFailure `DefinitionInvalid` where the directory has no Dockerfile */
  constructor(scope: Construct, id: string, config: Config, parts: ImportTaskParts, own: ContainerImport) {
    super(scope, id);
    const [program, ...args] = own.container.command;
    const { image, inEcr } = this.#findImage(own);
    this.task = createImportTask(this, config, parts, {
      family: taskFamily(Stack.of(this).stackName, own.name),
      imports: [own],
      image,
      // Both, so that what is written in the definition is what runs, here and in the local stack.
      entryPoint: [program],
      command: args,
      environment: own.container.environment,
    });
    if (inEcr) acknowledgeEcrLogin(this.task.taskDefinition);
  }

  #findImage({ name, container }: ContainerImport): { image: ImportTaskProps['image']; inEcr: boolean } {
    if ('directory' in container) {
      const folder = join(projectFolder, container.directory);
      if (!existsSync(join(folder, 'Dockerfile'))) {
        throw new ImportFailure(
          'DefinitionInvalid',
          `import "${name}", field "container.directory": there is no Dockerfile in ${folder}; put one there, or name the folder that has it, relative to the project.`,
        );
      }
      return { image: (platform) => ContainerImage.fromAsset(folder, { platform }), inEcr: true };
    }
    const [, account, region, repositoryName, version] = ecrImage.exec(container.image) ?? [];
    if (account === undefined)
      return { image: () => ContainerImage.fromRegistry(container.image), inEcr: false };
    const repository = Repository.fromRepositoryAttributes(this, 'Repository', {
      repositoryName: repositoryName!,
      repositoryArn: Stack.of(this).formatArn({
        service: 'ecr',
        account,
        region: region!,
        resource: 'repository',
        resourceName: repositoryName!,
      }),
    });
    return { image: () => ContainerImage.fromEcrRepository(repository, version!), inEcr: true };
  }
}
