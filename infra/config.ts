import type { z } from 'zod';
import { ImportFailure } from '../contract/failures.ts';
import { findConflicts } from './config-conflicts.ts';
import { type Config, withDerivedDefaults } from './derived-defaults.ts';
import { isGroup, layOver, settingsByName, type Written } from './setting-layers.ts';
import { namesAt, settingsSchema } from './settings.ts';

/** Where the settings are in the context: cdk.json's `csvImport`. */
const ROOT = 'csvImport';

export type { Config };

/**
 * Reads the configuration from the app's context: `csvImport` (an object in cdk.json, or JSON text from the command
 * line), over it what its `environments` say of the one that `environment` names, over that single settings from the
 * command line such as `csvImport.task.cpu`. Missing settings get their defaults, which fit the environment.
 *
 * @throws ImportFailure `DefinitionInvalid`, naming each setting, the value found and the remedy.
 */
export function readConfig(context: Readonly<Written> = {}): Config {
  const environment = readEnvironment(context.environment);
  refuseMisspelt(context);
  const { environments = {}, ...common } = readGroup(context[ROOT]);
  const own = chooseEnvironment(environments, environment);
  // A name that all environments have in common would put one environment's stack in another's place.
  if (environment !== null && typeof common.stackName === 'string') common.stackName += `-${environment}`;
  const written = [own, settingsByName(context, ROOT)].reduce(layOver, layOver({}, common)) as Written;

  // Written as anything else than true or false, it is refused below.
  const production = written.production === undefined ? environment !== 'dev' : written.production === true;
  const parsed = settingsSchema({ environment, production }).safeParse(written);
  if (!parsed.success)
    throw invalid(
      environment,
      parsed.error.issues.flatMap((issue) => explain(issue, written)),
    );
  const config = withDerivedDefaults(environment, parsed.data);
  const conflicts = findConflicts(config);
  if (conflicts.length > 0) {
    throw invalid(
      environment,
      conflicts.map(({ setting, remedy }) => describe(setting, valueAt(config, setting.split('.')), remedy)),
    );
  }
  return config;
}

function readEnvironment(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string' && /^[a-z][a-z0-9-]{0,19}$/.test(value)) return value;
  throw new ImportFailure(
    'DefinitionInvalid',
    `Context "environment", value ${JSON.stringify(value)}: use lower-case letters, digits and hyphens, a letter first, at most 20, such as -c environment=dev`,
  );
}

/** Settings that CDK would take as some other context, and so would go unnoticed. */
function refuseMisspelt(context: Readonly<Written>): void {
  const wrong = Object.keys(context).find((key) => {
    const [root] = key.split('.');
    return root !== ROOT && /^csv-?_?imports?$/i.test(root!);
  });
  if (wrong === undefined) return;
  throw new ImportFailure(
    'DefinitionInvalid',
    `Context "${wrong}": write ${ROOT} or ${ROOT}.<setting>, with just these capitals`,
  );
}

function readGroup(value: unknown): Written {
  const group = typeof value === 'string' ? fromJson(value) : (value ?? {});
  if (isGroup(group)) return group;
  throw invalid(null, [describe('', value, `write an object, such as {"task":{"cpu":2048}}`)]);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(null, [
      `value ${text}: write it as JSON, such as -c ${ROOT}='{"task":{"cpu":2048}}' (${(error as Error).message})`,
    ]);
  }
}

/** What the settings say of the chosen environment alone. */
function chooseEnvironment(environments: unknown, environment: string | null): Written {
  if (!isGroup(environments) || !Object.values(environments).every(isGroup)) {
    throw invalid(null, [
      describe(
        'environments',
        environments,
        'write an object of settings for each, such as {"dev":{},"prod":{}}',
      ),
    ]);
  }
  const names = Object.keys(environments);
  if (environment === null || names.length === 0) return {};
  if (Object.hasOwn(environments, environment)) return environments[environment] as Written;
  throw invalid(environment, [`there is no such environment; there are ${names.join(', ')}`]);
}

/** What is no setting by itself, but may be taken for one. */
const elsewhere: Record<string, string> = {
  environment: 'choose it on the command line, such as -c environment=dev',
  environments: `declare them in cdk.json; on the command line write -c environment=dev -c ${ROOT}.<setting>=<value>`,
};

function explain(issue: z.core.$ZodIssue, written: Written): string[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys')
    return [describe(path.join('.'), valueAt(written, path), issue.message)];
  return issue.keys.map((key) => {
    const name = [...path, key].join('.');
    const remedy = elsewhere[name] ?? `there is no such setting; there are ${namesAt(path).join(', ')}`;
    return `setting "${name}": ${remedy}`;
  });
}

function describe(setting: string, value: unknown, remedy: string): string {
  const found = value === undefined ? 'missing' : `value ${JSON.stringify(value)}`;
  return `setting "${setting || ROOT}", ${found}: ${remedy}`;
}

function valueAt(from: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    from,
  );
}

function invalid(environment: string | null, problems: string[]): ImportFailure {
  const which = environment === null ? '' : ` for environment "${environment}"`;
  return new ImportFailure(
    'DefinitionInvalid',
    `Configuration ${ROOT} (cdk.json, "context", or -c)${which}: ${problems.join('\n')}`,
  );
}
