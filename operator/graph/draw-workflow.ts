import { drawSign } from './draw-sign.ts';
import type { Point, WorkflowEdge, WorkflowLayout, WorkflowNode } from './layout-workflow.ts';
import type { StateStatus } from './state-status.ts';
import { workflowStyle, workflowTheme } from './workflow-style.ts';

export interface DrawOptions {
  /** What the picture shows, for those who cannot see it. */
  label: string;
  /** By state name; a state without one was never entered. */
  states?: Record<string, StateStatus>;
  /** The states in the order in which they were entered: the ways between them are drawn as taken. */
  path?: readonly string[];
  /** The words for a status, in another language. */
  words?: Partial<Record<StateStatus | 'untouched', string>>;
  /** With style and background of its own, as a file; else the page brings {@link workflowStyle}. */
  standalone?: boolean;
}

const WORDS: Record<StateStatus | 'untouched', string> = {
  done: 'done',
  running: 'running',
  waiting: 'waiting',
  caught: 'failed, and the workflow went on',
  failed: 'failed',
  aborted: 'stopped',
  untouched: 'not entered',
};

/** Pixels. */
const RADIUS = 8;
const ARROW = 7;
const SIGN_INSET = 17;

/**
 * A laid out workflow as SVG text, which scales. Each state is a group `.state` with `data-state` and its status as
 * class (`untouched` if it has none), and each way a group `.way` with its kind as class.
 */
export function drawWorkflow(layout: WorkflowLayout, options: DrawOptions): string {
  const { width, height, nodes, edges } = layout;
  const path = options.path ?? [];
  const taken = new Set(path.slice(1).map((state, index) => `${path[index]}\0${state}`));
  // Those that were taken come last: where two ways meet, they are on top.
  const inOrder = edges.toSorted((a, b) => Number(isTaken(a, taken, path)) - Number(isTaken(b, taken, path)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="workflow-graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(options.label)}">`,
    ...(options.standalone
      ? [
          `<style>${workflowTheme}${workflowStyle}</style>`,
          `<rect class="page" width="${width}" height="${height}" rx="${RADIUS}"/>`,
        ]
      : []),
    ...inOrder.map((edge) => drawEdge(edge, isTaken(edge, taken, path))),
    ...inOrder.map(drawLabel).filter((label) => label !== ''),
    ...nodes.map((node) => drawNode(node, options)),
    '</svg>',
    '',
  ].join('\n');
}

/** The way in is taken by the first state, the way out by a last one that is no failure's. */
function isTaken(
  { from, to, kind }: WorkflowEdge,
  taken: ReadonlySet<string>,
  path: readonly string[],
): boolean {
  if (kind === 'start') return path.length > 0;
  return kind === 'end' ? path.at(-1) === from : taken.has(`${from}\0${to}`);
}

function drawNode(node: WorkflowNode, { states = {}, words = {} }: DrawOptions): string {
  const { name, kind, comment, x, y, width, height } = node;
  if (kind !== 'state') {
    const [text, radius] = [kind === 'start' ? 'Start' : 'End', width / 2];
    return `<g class="${kind}"><circle cx="${at(x)}" cy="${at(y)}" r="${at(radius)}"/><text x="${at(x)}" y="${at(y)}">${text}</text></g>`;
  }
  const status = Object.hasOwn(states, name) ? states[name]! : 'untouched';
  const title = [`${name}: ${words[status] ?? WORDS[status]}`, ...(comment === '' ? [] : [comment])].join(
    '\n',
  );
  const left = x - width / 2;
  const sign = status === 'untouched' ? '' : drawSign(status, left + SIGN_INSET, y);
  return [
    `<g class="state ${status}" data-state="${escapeXml(name)}"><title>${escapeXml(title)}</title>`,
    `<rect x="${at(left)}" y="${at(y - height / 2)}" width="${at(width)}" height="${at(height)}" rx="${RADIUS}"/>`,
    `${sign}<text x="${at(x)}" y="${at(y)}">${escapeXml(name)}</text></g>`,
  ].join('');
}

function drawEdge({ kind, title, points }: WorkflowEdge, taken: boolean): string {
  const tip = points.at(-1)!;
  return [
    `<g class="way ${kind}${taken ? ' taken' : ''}">${title === '' ? '' : `<title>${escapeXml(title)}</title>`}`,
    `<path class="line" d="${curve(points)}"/>`,
    `<path class="arrow" d="${arrow(points.at(-2)!, tip)}"/></g>`,
  ].join('');
}

function drawLabel({ kind, label, labelAt }: WorkflowEdge): string {
  if (labelAt === null) return '';
  return `<text class="label ${kind}" x="${at(labelAt.x)}" y="${at(labelAt.y)}">${escapeXml(label)}</text>`;
}

/** A line through the points that goes straight down, or up, at each of them. */
function curve(points: readonly Point[]): string {
  const parts = points.slice(1).map((to, index) => {
    const from = points[index]!;
    const middle = (from.y + to.y) / 2;
    return Math.abs(from.x - to.x) < 0.1
      ? `L${pair(to)}`
      : `C${at(from.x)} ${at(middle)} ${at(to.x)} ${at(middle)} ${pair(to)}`;
  });
  return `M${pair(points[0]!)}${parts.join('')}`;
}

/** A triangle with its tip at the end of the line, which comes from above or from below. */
function arrow({ y: before }: Point, { x, y }: Point): string {
  const back = before < y ? -ARROW : ARROW;
  return `M${at(x)} ${at(y)}l${at(-ARROW / 2)} ${at(back)}h${at(ARROW)}Z`;
}

const at = (pixels: number) => String(Math.round(pixels * 10) / 10);
const pair = ({ x, y }: Point) => `${at(x)} ${at(y)}`;

/** Text for an element or an attribute; characters that XML cannot hold are left out. */
function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: just these
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
  );
}
