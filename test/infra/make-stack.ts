import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ImportDefinition } from '../../contract/definition/define-import.ts';
import { loadImports } from '../../imports/index.ts';
import { CREATE_DATABASE_USER, functionNames } from '../../infra/bundles.ts';
import { readConfig } from '../../infra/config.ts';
import { ImportStack } from '../../infra/import-stack.ts';
import { projectContext } from '../../infra/project-context.ts';

/** The stack as infra/app.ts makes it, but with stand-ins for the bundles, which take time and are tested apart. */
export async function makeStack(
  options: {
    /** What cdk.json says as `csvImport`. */
    config?: object;
    environment?: string;
    imports?: ImportDefinition[];
    /** Account and region, as with credentials; default: the template fits any. */
    env?: Environment;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'csv-import-stack-'));
  for (const name of ['importer', 'small-import', CREATE_DATABASE_USER, ...functionNames]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'Dockerfile'), 'FROM scratch\n');
  }
  const app = new App({ context: projectContext(), outdir: join(folder, 'cdk.out') });
  const config = readConfig({ csvImport: options.config ?? {}, environment: options.environment });
  const stack = new ImportStack(app, config.stackName, {
    config,
    imports: options.imports ?? (await loadImports()),
    importerFolder: join(folder, 'importer'),
    smallImportFolder: join(folder, 'small-import'),
    functionFolder: (name) => join(folder, name),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const template = Template.fromStack(stack);
  const assets = JSON.parse(
    readFileSync(join(folder, 'cdk.out', `${stack.artifactId}.assets.json`), 'utf8'),
  ) as {
    dockerImages: Record<string, { source: { platform?: string } }>;
  };
  const imagePlatforms = Object.values(assets.dockerImages).map(({ source }) => source.platform);
  rmSync(folder, { recursive: true, force: true });
  return { app, stack, template, imagePlatforms };
}

export interface State {
  Type: string;
  Resource?: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Next: string; Variable: string; BooleanEquals?: boolean }[];
  Catch?: { ErrorEquals: string[]; Next: string; ResultPath: string }[];
  Retry?: { ErrorEquals: string[]; JitterStrategy?: string; MaxAttempts: number }[];
  TimeoutSeconds?: number;
  Parameters?: Record<string, never>;
  [field: string]: unknown;
}

export interface Definition {
  StartAt: string;
  TimeoutSeconds?: number;
  States: Record<string, State>;
}

/** The state machine's definition, with `<logical id>` for each reference. */
export function definitionOf(template: Template): Definition {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const parts = machine!.Properties.DefinitionString['Fn::Join'][1] as (string | Record<string, unknown>)[];
  return JSON.parse(
    parts
      .map((part) => (typeof part === 'string' ? part : `<${[Object.values(part)[0]].flat()[0]}>`))
      .join('')
      // The interpreter checks that a Resource looks like an ARN.
      .replaceAll('<AWS::Partition>', 'aws'),
  ) as Definition;
}
