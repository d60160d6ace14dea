/** Names of files that tools leave beside data: they are for the tool, whatever is in them. */
const markers: readonly RegExp[] = [
  // Spark, Hadoop, Databricks
  /^_SUCCESS$/,
  /^_(committed|started)_/,
  /^_(common_)?metadata$/,
  /_?\$folder\$$/,
  // macOS and Windows
  /^\.DS_Store$/i,
  /^\._/,
  /^(thumbs\.db|desktop\.ini)$/i,
  // lock files of Excel and LibreOffice
  /^~\$/,
  /^\.~lock\./,
  // what keeps an empty folder
  /^\.(git)?keep$/,
];

/** Folders whose files a tool has not finished with, or keeps for itself. */
const toolFolders = /^(_temporary|__MACOSX|\.spark-staging.*|\.hive-staging.*|_delta_log)$/;

/** Ends of names of what is being written, and of checksums; data where the import says that it takes them. */
const unfinished = /(\.(crc|tmp|temp|part|partial|filepart|crdownload|download|swp)|~)$/i;

/**
 * Why an object under an import's prefix is no upload but something that a tool has left there; null for anything that
 * may be data. Only names that no export has: to ignore a file is to lose its rows without a word.
 *
 * @param rest the key behind the import's prefix
 * @param bytes null where the event does not say; then a folder is taken to be one
 */
export function describeMarker(
  rest: string,
  bytes: number | null,
  extensions: readonly string[],
): string | null {
  if (rest === '' || rest.endsWith('/'))
    return bytes === 0 || bytes === null ? 'the marker of a folder' : null;
  const folders = rest.split('/');
  const name = folders.pop()!;
  if (folders.some((folder) => toolFolders.test(folder))) return 'in a folder that a tool keeps for itself';
  if (markers.some((marker) => marker.test(name))) return 'a marker or lock file of a tool';
  const taken = extensions.some((extension) => name.toLowerCase().endsWith(extension));
  return unfinished.test(name) && !taken ? 'a temporary file' : null;
}
