import type { Environment } from 'aws-cdk-lib';

/**
 * The account and region that the CDK command line found credentials for. Without any it hands over a region even so,
 * us-east-1 where none is configured, which would then stand in ARNs of a template that is deployed elsewhere: such a
 * template fits any account and region instead.
 */
export function targetEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = variables;
  if (account === undefined || account === '' || region === undefined || region === '') return {};
  return { account, region };
}
