/** Settings as they were written, before anything is checked. */
export interface Written {
  [name: string]: unknown;
}

/**
 * Lays settings over others: groups are merged, anything else is replaced, and null takes back what the lower layer
 * says, so that the default holds.
 */
export function layOver(lower: unknown, upper: unknown): unknown {
  if (!isGroup(upper)) return upper;
  const merged: Written = isGroup(lower) ? { ...lower } : {};
  for (const [name, value] of Object.entries(upper)) {
    if (value === null) delete merged[name];
    else merged[name] = layOver(merged[name], value);
  }
  return merged;
}

/**
 * Settings from the command line by their names, `-c csvImport.task.cpu=2048`, as groups. A value is JSON if it can be
 * read as such, else text.
 *
 * @param context all context of the app
 * @param name what the settings' names begin with, without its dot
 */
export function settingsByName(context: Readonly<Written>, name: string): Written {
  const groups: Written = {};
  // Sorted, so that a whole group comes before single settings of it.
  for (const [key, value] of Object.entries(context).toSorted()) {
    if (!key.startsWith(`${name}.`)) continue;
    const path = key.slice(name.length + 1).split('.');
    const last = path.pop()!;
    let group = groups;
    for (const part of path) {
      if (!isGroup(group[part])) group[part] = {};
      group = group[part] as Written;
    }
    group[last] = typeof value === 'string' ? fromText(value) : value;
  }
  return groups;
}

export function isGroup(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
