import { join } from 'node:path';
import { compilePattern, type Matcher } from './event-pattern.ts';
import { type Lookup, resolveIntrinsics } from './intrinsics.ts';
import type { CorsRule } from './s3/cors-rule.ts';
import type { Assembly } from './synthesise.ts';

/** Where the local stack is, in AWS's terms. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** What the template says, with names and ARNs filled in: everything that the local stack runs. */
export interface LocalTemplate {
  buckets: { name: string; versioned: boolean; eventBridge: boolean; cors: CorsRule[] }[];
  functions: LocalFunction[];
  tasks: LocalTask[];
  rules: LocalRule[];
  topicArns: string[];
  stateMachine: { name: string; arn: string; roleArn: string; definition: StateMachineDefinition };
  /** The stack's outputs, by name. */
  outputs: Record<string, string>;
}

export interface LocalFunction {
  name: string;
  arn: string;
  /** The bundle's file and the name of its exported handler. */
  file: string;
  handler: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
}

export interface LocalTask {
  family: string;
  container: string;
  /** What runs: the entry point, where the definition has one, and the command. */
  command: string[];
  environment: Record<string, string>;
  /** Names of the variables that ECS would fill from secrets. */
  secrets: string[];
  image: string;
  /** What the image is made of; null where it comes from a registry, and so cannot run here. */
  folder: string | null;
  stopTimeoutSeconds: number;
}

export interface LocalRule {
  name: string;
  description: string | null;
  pattern: unknown;
  matches: Matcher;
  targets: {
    id: string;
    arn: string;
    inputTransformer?: { paths: Record<string, string>; template: string };
  }[];
}

export interface StateMachineDefinition {
  StartAt: string;
  TimeoutSeconds?: number;
  States: Record<string, StateDefinition>;
}

export interface StateDefinition {
  Type: string;
  Resource?: string;
  Next?: string;
  [field: string]: unknown;
}

/** What ECS waits between SIGTERM and SIGKILL where a container says nothing else. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

type Properties = Record<string, unknown>;

/**
 * Reads what the local stack needs out of a synthesised template.
 *
 * @throws Error naming the logical id of a resource that it cannot run
 */
export function readTemplate(assembly: Assembly): LocalTemplate {
  const { template, stackName } = assembly;
  const lookup = createLookup(assembly);
  const resources = Object.entries(template.Resources);
  const ofType = (type: string) =>
    resources
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({
        id,
        properties: (resolve(resource.Properties ?? {}) ?? {}) as Properties,
      }));
  const resolve = (value: unknown) => resolveIntrinsics(value, lookup);

  const machines = ofType('AWS::StepFunctions::StateMachine');
  if (machines.length !== 1) throw new Error(`${stackName} has ${machines.length} state machines, not one.`);
  const machine = machines[0]!;
  return {
    buckets: ofType('AWS::S3::Bucket').map(({ id, properties }) => ({
      name: lookup.ref(id),
      versioned: path(properties, 'VersioningConfiguration', 'Status') === 'Enabled',
      eventBridge: path(properties, 'NotificationConfiguration', 'EventBridgeConfiguration') !== undefined,
      cors: ((path(properties, 'CorsConfiguration', 'CorsRules') ?? []) as Properties[]).map(readCorsRule),
    })),
    functions: ofType('AWS::Lambda::Function').map(({ id, properties }) => {
      const [file, handler] = String(properties.Handler).split('.') as [string, string];
      const hash = String(path(properties, 'Code', 'S3Key')).replace(/\.zip$/, '');
      return {
        name: lookup.ref(id),
        arn: lookup.attribute(id, 'Arn'),
        file: join(asset(assembly.fileAssets, hash, id), `${file}.mjs`),
        handler,
        environment: (path(properties, 'Environment', 'Variables') ?? {}) as Record<string, string>,
        timeoutSeconds: Number(properties.Timeout ?? 3),
      };
    }),
    tasks: ofType('AWS::ECS::TaskDefinition').map(({ properties }) => {
      const [container] = properties.ContainerDefinitions as Properties[];
      const image = String(container!.Image);
      const hash = image.split(':').at(-1)!;
      return {
        family: String(properties.Family),
        container: String(container!.Name),
        command: [container!.EntryPoint, container!.Command].flatMap((part) => (part ?? []) as string[]),
        environment: Object.fromEntries(
          ((container!.Environment ?? []) as { Name: string; Value: string }[]).map(({ Name, Value }) => [
            Name,
            Value,
          ]),
        ),
        secrets: ((container!.Secrets ?? []) as { Name: string }[]).map(({ Name }) => Name),
        image,
        folder: assembly.imageAssets.get(hash) ?? null,
        stopTimeoutSeconds: Number(container!.StopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS),
      };
    }),
    rules: ofType('AWS::Events::Rule')
      .filter(({ properties }) => properties.State !== 'DISABLED')
      .map(({ id, properties }) => readRule(lookup.ref(id), properties)),
    topicArns: ofType('AWS::SNS::Topic').map(({ id }) => lookup.ref(id)),
    stateMachine: {
      name: lookup.attribute(machine.id, 'Name'),
      arn: lookup.ref(machine.id),
      roleArn: String(machine.properties.RoleArn),
      definition: JSON.parse(String(machine.properties.DefinitionString)) as StateMachineDefinition,
    },
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, String(resolve(Value))]),
    ),
  };
}

function readCorsRule(rule: Properties): CorsRule {
  return {
    allowedOrigins: rule.AllowedOrigins as string[],
    allowedMethods: rule.AllowedMethods as string[],
    allowedHeaders: (rule.AllowedHeaders ?? []) as string[],
    exposedHeaders: (rule.ExposedHeaders ?? []) as string[],
    maxAgeSeconds: (rule.MaxAge ?? null) as number | null,
  };
}

function readRule(name: string, properties: Properties): LocalRule {
  if (properties.EventPattern === undefined) {
    throw new Error(`Rule ${name} has no event pattern: the local stack runs no schedules.`);
  }
  return {
    name,
    description: properties.Description === undefined ? null : String(properties.Description),
    pattern: properties.EventPattern,
    matches: compilePattern(properties.EventPattern),
    targets: ((properties.Targets ?? []) as Properties[]).map((target) => {
      const [id, arn] = [String(target.Id), String(target.Arn)];
      const unknown = ['Input', 'InputPath'].find((field) => field in target);
      if (unknown !== undefined || !/:(states|sns):/.test(arn)) {
        const problem = unknown === undefined ? `its ARN is ${arn}` : `it has ${unknown}`;
        throw new Error(`Rule ${name} has a target that the local stack does not know: ${problem}.`);
      }
      if (target.InputTransformer === undefined) return { id, arn };
      const { InputPathsMap: paths = {}, InputTemplate: template } = target.InputTransformer as {
        InputPathsMap?: Record<string, string>;
        InputTemplate: string;
      };
      return { id, arn, inputTransformer: { paths, template } };
    }),
  };
}

function asset(assets: Map<string, string>, hash: string, logicalId: string): string {
  const folder = assets.get(hash);
  if (folder === undefined) throw new Error(`${logicalId}: the assembly has no asset ${hash}.`);
  return folder;
}

function path(value: unknown, ...names: string[]): unknown {
  return names.reduce<unknown>((at, name) => (at as Properties | undefined)?.[name], value);
}

/** Names and ARNs as a deployment would give them, made from the constructs' paths instead of random characters. */
function createLookup({ template, stackName }: Assembly): Lookup {
  const pseudo: Record<string, string> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Region': REGION,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stackName}/local`,
    'AWS::NoValue': '',
  };
  const named = (id: string) => {
    const resource = template.Resources[id];
    if (resource === undefined) throw new Error(`The template refers to ${id}, which it does not have.`);
    const constructs = String(resource.Metadata?.['aws:cdk:path'] ?? id)
      .split('/')
      .filter((part) => part !== 'Resource' && part !== 'Default');
    return { type: resource.Type, name: constructs.join('-'), last: constructs.at(-1)! };
  };
  const arnOf = (id: string): string => {
    const { type, name, last } = named(id);
    switch (type) {
      case 'AWS::S3::Bucket':
        return `arn:aws:s3:::${bucketName(stackName, last)}`;
      case 'AWS::Lambda::Function':
        return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
      case 'AWS::StepFunctions::StateMachine':
        return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
      case 'AWS::SNS::Topic':
        return `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
      case 'AWS::SQS::Queue':
        return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
      case 'AWS::ECS::Cluster':
        return `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${name}`;
      case 'AWS::IAM::Role':
        return `arn:aws:iam::${ACCOUNT}:role/${name}`;
      default:
        return `arn:aws:local:${REGION}:${ACCOUNT}:${name}`;
    }
  };
  return {
    ref(id) {
      if (id in pseudo) return pseudo[id]!;
      const { type, name, last } = named(id);
      if (type === 'AWS::S3::Bucket') return bucketName(stackName, last);
      return type === 'AWS::StepFunctions::StateMachine' || type === 'AWS::SNS::Topic' ? arnOf(id) : name;
    },
    attribute(id, attribute) {
      if (attribute.endsWith('Arn')) return arnOf(id);
      // The rest (addresses, ids) is looked at by nothing that runs here, and looks like what it is.
      return attribute.endsWith('Name') ? named(id).name : `${named(id).name}.${attribute}`;
    },
  };
}

/** `CsvImport` and `Uploads` become `csv-import-uploads`. */
function bucketName(stackName: string, constructId: string): string {
  return `${stackName}-${constructId}`.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
