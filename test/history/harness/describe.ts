import { type History, type NumberedAction, numberVersions, type Statement, type Stop } from './history.ts';
import { canonical, type FileRow } from './world.ts';

const fileName = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);

/** A history in lines that a person reads. */
export function describeHistory(history: History): string {
  const numbered = numberVersions(history);
  const used = new Set(numbered.flat().flatMap((action) => (action.kind === 'start' ? [action.file] : [])));
  return [
    `Table ${history.table} holds: ${history.before.map(canonical).join(', ') || 'nothing'}`,
    ...history.files.flatMap((rows, index) =>
      used.has(index) ? [`File ${fileName(index)}: ${rows.map(describeRow).join(', ')}`] : [],
    ),
    ...numbered.map((step, index) => {
      const actions = step.map(describeAction);
      if (actions.length === 1) return `${index + 1}. ${actions[0]}`;
      return [`${index + 1}. at once:`, ...actions.map((action) => `   - ${action}`)].join('\n');
    }),
  ].join('\n');
}

export function describeAction(action: NumberedAction): string {
  if (action.kind === 'start') {
    const { stream, version, file, stop } = action;
    return `import ${stream} version ${version} (file ${fileName(file)})${stop === null ? '' : `, ${describeStop(stop)}`}`;
  }
  const { statements, end, waitsBefore } = action;
  const at = (index: number) => (waitsBefore === index ? ['(waits)'] : []);
  const words = [
    ...statements.flatMap((each, index) => [...at(index), describeStatement(each)]),
    ...at(statements.length),
    end,
  ];
  return `application: ${words.join('; ')}`;
}

const describeRow = (row: FileRow) => (typeof row === 'string' ? row : canonical(row));

function describeStatement({ kind, id, owner }: Statement): string {
  return kind === 'put' || kind === 'update' ? `${kind} ${canonical({ id, owner })}` : `${kind} ${id}`;
}

function describeStop({ moment, nth, fate }: Stop): string {
  const when = {
    connected: `query ${nth + 1} of the loading sessions`,
    began: `query ${nth + 1} after BEGIN`,
    copied: `query ${nth + 1} after COPY`,
    commit: `COMMIT ${nth + 1}`,
    read: `GET ${nth + 1} of the upload`,
  }[moment];
  return `${fate} at ${when}`;
}
