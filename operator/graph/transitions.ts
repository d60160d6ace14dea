import type { WorkflowDefinition } from './workflow-definition.ts';

/** Names of the two ends of a graph, which no state can have: a state's name is at most 80 characters of text. */
export const START = '\0start';
export const END = '\0end';

/** A way from one state to another, or from the start, or to the end. */
export interface Transition {
  from: string;
  to: string;
  kind: 'start' | 'next' | 'choice' | 'default' | 'catch' | 'end';
  /** A few words beside the edge; empty where it needs none. */
  label: string;
  /** The whole of what the label says in short. */
  title: string;
  /** Whether it leads back to a state that was on the way here: the only edges that point upwards. */
  back: boolean;
}

/** All ways through a definition, in the order in which a reader would follow them: onwards first, failures last. */
export function listTransitions({ StartAt, States }: WorkflowDefinition): Transition[] {
  const found: Transition[] = [];
  const seen = new Set<string>();
  const follow = (from: string, before: readonly string[]) => {
    const state = States[from];
    if (state === undefined || seen.has(from)) return;
    seen.add(from);
    const wayHere = [...before, from];
    const lead = (to: string, kind: Transition['kind'], label = '', title = label): Transition => ({
      from,
      to,
      kind,
      label,
      title,
      back: wayHere.includes(to),
    });
    const ways = [
      ...(state.Choices ?? []).map(({ Next, Comment }) => lead(Next, 'choice', Comment)),
      ...(state.Next === undefined ? [] : [lead(state.Next, 'next')]),
      ...(state.Default === undefined ? [] : [lead(state.Default, 'default', 'otherwise')]),
      ...(state.Catch ?? []).map(({ ErrorEquals, Next }) =>
        lead(Next, 'catch', shortErrors(ErrorEquals), ErrorEquals.join(', ')),
      ),
      ...(state.End || state.Type === 'Succeed' || state.Type === 'Fail' ? [lead(END, 'end')] : []),
    ];
    found.push(...ways);
    for (const { to } of ways) follow(to, wayHere);
  };
  follow(StartAt, []);
  return [{ from: START, to: StartAt, kind: 'start', label: '', title: '', back: false }, ...found];
}

/** `NoSuchKey …` for S3.NoSuchKeyException and others; `States.ALL` is any error. */
function shortErrors(errors: readonly string[]): string {
  const [first = '', ...more] = errors;
  if (first === 'States.ALL') return 'any error';
  const short = first.replace(/^.*\./, '').replace(/Exception$/, '');
  return more.length === 0 ? short : `${short} …`;
}
