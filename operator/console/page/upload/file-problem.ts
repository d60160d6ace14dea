/** What is wrong with a file before it is sent; null where nothing is to be seen. */
export type FileProblem = 'wrong-extension' | 'empty';

/** @param extensions of the import, such as `.csv`: upper or lower case */
export function findFileProblem(
  file: { name: string; size: number },
  extensions: readonly string[],
): FileProblem | null {
  const name = file.name.toLowerCase();
  if (!extensions.some((extension) => name.endsWith(extension.toLowerCase()))) return 'wrong-extension';
  return file.size === 0 ? 'empty' : null;
}
