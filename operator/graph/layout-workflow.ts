import { Graph, layout } from '@dagrejs/dagre';
import { END, listTransitions, START, type Transition } from './transitions.ts';
import type { WorkflowDefinition, WorkflowState } from './workflow-definition.ts';

/** Where each part of a workflow's graph is drawn: pixels, from the left and the top. */
export interface WorkflowLayout {
  width: number;
  height: number;
  nodes: WorkflowNode[];
  edges: WorkflowEdge[];
}

/** A state, the start or the end; x and y are its centre. */
export interface WorkflowNode {
  /** Of a state; empty for the two ends. */
  name: string;
  kind: 'start' | 'state' | 'end';
  /** Null for the two ends. */
  type: WorkflowState['Type'] | null;
  /** What the definition says of it. */
  comment: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A way from one state to another; it begins and ends at the edges of their boxes. */
export interface WorkflowEdge extends Transition {
  points: Point[];
  /** The centre of its label; null where it has none. */
  labelAt: Point | null;
}

export interface Point {
  x: number;
  y: number;
}

interface Box extends Point {
  width: number;
  height: number;
}

/** Pixels: a box holds one line of 13 px, a sign before it. */
const BOX_HEIGHT = 40;
const BOX_PADDING = 44;
const BOX_CHARACTER = 7.2;
/** Edges keep away from a box's corners. */
const CORNER = 16;
/** The ends are circles. */
const END_SIZE = 44;
/** A label is one line of 11 px. */
const LABEL_HEIGHT = 16;
const LABEL_CHARACTER = 6;
const LABEL_PADDING = 8;
/** So that arrows, and the labels on them, have room. */
const RANK_GAP = 32;
const NODE_GAP = 24;
const EDGE_GAP = 16;
const MARGIN = 16;

/**
 * Lays a state machine out from top to bottom, as the Step Functions console does. States that no way leads to are left
 * out; a Parallel or a Map is one box.
 */
export function layoutWorkflow(definition: WorkflowDefinition): WorkflowLayout {
  const transitions = listTransitions(definition);
  const graph = new Graph({ multigraph: true, directed: true });
  graph.setGraph({
    rankdir: 'TB',
    // Of dagre's ways these two give this project's workflow the fewest crossings and the straightest lines: what goes
    // well runs down the middle, failures are on the left, the wait for a slot on the right.
    ranker: 'longest-path',
    align: 'UL',
    ranksep: RANK_GAP,
    nodesep: NODE_GAP,
    edgesep: EDGE_GAP,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  const names = [...new Set(transitions.flatMap(({ from, to }) => [from, to]))];
  // Dagre keeps its nodes in plain objects, where a state called `constructor` would be taken for one that is there.
  const idOf = new Map(names.map((name, index) => [name, `n${index}`]));
  const states = names.filter((name) => name !== START && name !== END);
  const width = Math.max(...states.map((name) => textWidth(name, BOX_CHARACTER))) + BOX_PADDING;
  for (const name of names) {
    const isState = name !== START && name !== END;
    graph.setNode(
      idOf.get(name)!,
      isState ? { width, height: BOX_HEIGHT } : { width: END_SIZE, height: END_SIZE },
    );
  }
  const numbered = transitions.map((transition, index) => ({ ...transition, id: String(index) }));
  // Where two orders are as good, dagre keeps that of the edges.
  for (const edge of numbered.toSorted((a, b) => Number(b.kind === 'next') - Number(a.kind === 'next'))) {
    const size = {
      width: textWidth(edge.label, LABEL_CHARACTER) + LABEL_PADDING,
      height: LABEL_HEIGHT,
      labelpos: 'c' as const,
    };
    graph.setEdge(...forwards(edge, idOf), edge.label === '' ? {} : size, edge.id);
  }
  layout(graph);
  const { width: graphWidth, height: graphHeight } = graph.graph() as { width: number; height: number };
  return {
    width: Math.ceil(graphWidth),
    height: Math.ceil(graphHeight),
    nodes: names.map((name) => {
      const { x, y, width, height } = graph.node(idOf.get(name)!) as Box;
      const state = definition.States[name];
      return {
        name: state === undefined ? '' : name,
        kind: name === START ? 'start' : name === END ? 'end' : 'state',
        type: state?.Type ?? null,
        comment: state?.Comment ?? '',
        x,
        y,
        width,
        height,
      };
    }),
    edges: attachEdges(
      numbered.map(({ id, ...transition }) => {
        const edge = graph.edge(...forwards(transition, idOf), id) as Point & { points: Point[] };
        return {
          ...transition,
          points: transition.back ? edge.points.toReversed() : edge.points,
          labelAt: transition.label === '' ? null : { x: edge.x, y: edge.y },
        };
      }),
      (name) => graph.node(idOf.get(name)!) as Box,
    ),
  };
}

/** An edge's two ends as dagre is told them: it knows no way back, and so puts what comes later further down. */
function forwards({ from, to, back }: Transition, idOf: ReadonlyMap<string, string>): [string, string] {
  const [above, below] = back ? [to, from] : [from, to];
  return [idOf.get(above)!, idOf.get(below)!];
}

/**
 * Lets the edges begin and end at the tops and bottoms of boxes, each at a place of its own. Dagre lets them aim at the
 * centre, and then one that comes from far to one side passes through the neighbours.
 */
function attachEdges(edges: readonly WorkflowEdge[], boxOf: (name: string) => Box): WorkflowEdge[] {
  const ends = edges.flatMap(({ from, to, points }) => [
    { box: boxOf(from), point: points[0]!, towards: points[1]! },
    { box: boxOf(to), point: points.at(-1)!, towards: points.at(-2)! },
  ]);
  const sides = Map.groupBy(ends, ({ box, towards }) => `${box.x} ${box.y} ${towards.y > box.y}`);
  for (const side of sides.values()) {
    const inOrder = side.toSorted((a, b) => a.towards.x - b.towards.x);
    const reach = Math.max(0, inOrder[0]!.box.width / 2 - CORNER);
    let right = Number.POSITIVE_INFINITY;
    for (const { box, point, towards } of inOrder.toReversed()) {
      point.x = Math.min(towards.x, box.x + reach, right);
      point.y = box.y + (towards.y > box.y ? 1 : -1) * (box.height / 2);
      right = point.x - EDGE_GAP;
    }
    let left = Number.NEGATIVE_INFINITY;
    for (const { box, point } of inOrder) {
      point.x = Math.max(point.x, box.x - reach, left);
      left = point.x + EDGE_GAP;
    }
  }
  return [...edges];
}

/** About as wide as the text is drawn, in pixels: no font can be measured here, and Japanese is twice as wide. */
function textWidth(text: string, perCharacter: number): number {
  return [...text].reduce((sum, character) => sum + (character > '\u2e7f' ? 1.8 : 1) * perCharacter, 0);
}
