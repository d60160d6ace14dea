import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { optionalStates, stateNames } from '../../../../contract/workflow-data.ts';
import { drawWorkflow } from '../../../../operator/graph/draw-workflow.ts';
import {
  layoutWorkflow,
  type Point,
  type WorkflowLayout,
} from '../../../../operator/graph/layout-workflow.ts';
import type { StateStatus } from '../../../../operator/graph/state-status.ts';
import type { WorkflowDefinition, WorkflowState } from '../../../../operator/graph/workflow-definition.ts';
import { smallUploads } from '../../../infra/configurations.ts';
import { type Definition, definitionOf, makeStack } from '../../../infra/make-stack.ts';

let definition: Definition & WorkflowDefinition;
let layout: WorkflowLayout;

beforeAll(async () => {
  const { template } = await makeStack();
  definition = definitionOf(template) as Definition & WorkflowDefinition;
  layout = layoutWorkflow(definition);
});

const always = Object.values(stateNames).filter((name) => !optionalStates.includes(name));

interface Rectangle extends Point {
  width: number;
  height: number;
}

const overlap = (a: Rectangle, b: Rectangle) =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

function pairs<T>(all: readonly T[]): [T, T][] {
  return all.flatMap((one, index) => all.slice(index + 1).map((other): [T, T] => [one, other]));
}

const labels = () =>
  layout.edges.flatMap(({ label, labelAt }) =>
    labelAt === null ? [] : [{ ...labelAt, label, width: label.length * 5.5, height: 12 }],
  );

describe('the layout of the workflow', () => {
  it('has all of its states, one start and one end', () => {
    const names = layout.nodes.filter(({ kind }) => kind === 'state').map(({ name }) => name);
    expect(names.toSorted()).toEqual(always.toSorted());
    expect(layout.nodes.map(({ kind }) => kind).filter((kind) => kind !== 'state')).toEqual(['start', 'end']);
  });

  it('has those for small uploads where the workflow has them, none over another', async () => {
    const { template } = await makeStack({ config: smallUploads });
    const { nodes } = layoutWorkflow(definitionOf(template) as Definition & WorkflowDefinition);
    const states = nodes.filter(({ kind }) => kind === 'state');
    expect(states.map(({ name }) => name).toSorted()).toEqual(Object.values(stateNames).toSorted());
    expect(pairs(states).filter(([one, other]) => overlap(one, other))).toEqual([]);
  });

  it('has all of its ways', () => {
    const ways = Object.entries(definition.States as Record<string, WorkflowState>).flatMap(
      ([from, state]) => [
        ...(state.Next === undefined ? [] : [`${from} next ${state.Next}`]),
        ...(state.Default === undefined ? [] : [`${from} default ${state.Default}`]),
        ...(state.Choices ?? []).map(({ Next }) => `${from} choice ${Next}`),
        ...(state.Catch ?? []).map(({ Next }) => `${from} catch ${Next}`),
      ],
    );
    expect(ways.length).toBeGreaterThan(15);
    const drawn = layout.edges.filter(({ kind }) => kind !== 'start' && kind !== 'end');
    expect(drawn.map(({ from, kind, to }) => `${from} ${kind} ${to}`).toSorted()).toEqual(ways.toSorted());
  });

  it('no two boxes overlap, and all are within the picture', () => {
    expect(pairs(layout.nodes).filter(([a, b]) => overlap(a, b))).toEqual([]);
    for (const { x, y, width, height } of layout.nodes) {
      expect(Math.min(x - width / 2, y - height / 2)).toBeGreaterThanOrEqual(0);
      expect(x + width / 2).toBeLessThanOrEqual(layout.width);
      expect(y + height / 2).toBeLessThanOrEqual(layout.height);
    }
  });

  it('labels are short, and overlap neither boxes nor each other', () => {
    for (const { label } of labels()) expect(label.length).toBeLessThanOrEqual(16);
    expect(labels().length).toBeGreaterThan(5);
    expect(pairs(labels()).filter(([a, b]) => overlap(a, b))).toEqual([]);
    expect(labels().filter((label) => layout.nodes.some((node) => overlap(label, node)))).toEqual([]);
  });

  it('runs from top to bottom: only ways back to a state that came before point upwards', () => {
    const top = (name: string) => layout.nodes.find((node) => node.name === name)!.y;
    const upwards = layout.edges.filter(
      ({ from, to, kind }) => kind !== 'start' && kind !== 'end' && top(to) < top(from),
    );
    expect(upwards.map(({ from, to }) => `${from} ${to}`).toSorted()).toEqual([
      'BackOff RunImporter',
      'ImportFailed ValidateUpload',
      'WaitForSlot RunImporter',
    ]);
  });

  it('no edge passes through a box, and each begins and ends at its own', () => {
    for (const { points, from, to } of layout.edges) {
      const between = points.slice(1).flatMap((end, index) => {
        const start = points[index]!;
        const middle = (start.y + end.y) / 2;
        return Array.from({ length: 40 }, (_, step) => bezier(start, middle, end, (step + 0.5) / 40));
      });
      const through = layout.nodes.filter((node) =>
        between.some(({ x, y }) =>
          overlap({ x, y, width: 0, height: 0 }, { ...node, height: node.height - 2 }),
        ),
      );
      expect({ from, to, through: through.map(({ name }) => name) }).toEqual({ from, to, through: [] });
    }
    const touches = ({ x, y }: Point) =>
      layout.nodes.some(
        (node) =>
          Math.abs(x - node.x) <= node.width / 2 && Math.abs(Math.abs(y - node.y) - node.height / 2) < 0.1,
      );
    for (const { points } of layout.edges) expect([points[0]!, points.at(-1)!].every(touches)).toBe(true);
  });

  it('knows ways to itself, to nowhere, and twice the same way', () => {
    const odd = layoutWorkflow({
      StartAt: 'Again',
      States: {
        Again: { Type: 'Choice', Choices: [{ Next: 'Again' }, { Next: 'Last' }], Default: 'Last' },
        Last: { Type: 'Pass', End: true },
        Unreachable: { Type: 'Fail' },
      },
    });
    expect(odd.nodes.map(({ name }) => name)).toEqual(['', 'Again', 'Last', '']);
    expect(odd.edges).toHaveLength(5);
    expect(drawWorkflow(odd, { label: 'odd' })).not.toMatch(/NaN|undefined/);
  });
});

/** The curve as it is drawn: straight down at both of its ends. */
function bezier(start: Point, middle: number, end: Point, t: number): Point {
  const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
  return {
    x: (a + b) * start.x + (c + d) * end.x,
    y: a * start.y + (b + c) * middle + d * end.y,
  };
}

const attributes = { ignoreAttributes: false, attributeNamePrefix: '' };

describe('the drawing of a workflow', () => {
  const states: Record<string, StateStatus> = {
    ValidateUpload: 'done',
    RunImporter: 'caught',
    ExplainFailure: 'running',
    BackOff: 'waiting',
    ImportFailed: 'failed',
    NotifyFailure: 'aborted',
  };
  const groups = (svg: string, className: RegExp) =>
    [...svg.matchAll(/<g class="([^"]*)"/g)].map(([, name]) => name!).filter((name) => className.test(name));

  it('is SVG that scales, with a label; a state has its status as class and sign, a name, and a title', () => {
    const svg = drawWorkflow(layout, { label: 'An import', states });
    expect(XMLValidator.validate(svg)).toBe(true);
    const { svg: root } = new XMLParser({ ...attributes, htmlEntities: true }).parse(svg);
    expect(root).toMatchObject({
      role: 'img',
      'aria-label': 'An import',
      viewBox: `0 0 ${layout.width} ${layout.height}`,
    });
    const drawn = root.g.filter((group: { class: string }) => group.class.startsWith('state '));
    expect(drawn).toHaveLength(always.length);
    for (const { class: className, 'data-state': name, title, text, path } of drawn) {
      expect(className).toBe(`state ${states[name] ?? 'untouched'}`);
      expect(text['#text']).toBe(name);
      const words = { caught: 'failed, and the workflow went on', aborted: 'stopped' } as Record<
        string,
        string
      >;
      const status = states[name] === undefined ? 'not entered' : (words[states[name]] ?? states[name]);
      expect(title).toBe(`${name}: ${status}\n${definition.States[name]!.Comment}`);
      expect(path !== undefined).toBe(name in states);
    }
    // By itself it brings no style into a page.
    expect(svg).not.toContain('<style');
  });

  it('every way is drawn, once, those of the path as taken', () => {
    const svg = drawWorkflow(layout, {
      label: '',
      path: ['ValidateUpload', 'RunImporter', 'ExplainFailure'],
    });
    expect(groups(svg, /^way /)).toHaveLength(layout.edges.length);
    expect(groups(svg, /taken/).toSorted()).toEqual(['way catch taken', 'way next taken', 'way start taken']);
    const succeeded = drawWorkflow(layout, { label: '', path: ['NotifySuccess', 'ImportSucceeded'] });
    expect(groups(succeeded, /taken/)).toContain('way end taken');
  });

  it('says a status in other words', () => {
    const svg = drawWorkflow(layout, { label: '', states, words: { done: '完了', untouched: '未実行' } });
    expect(svg).toContain('ValidateUpload: 完了');
    expect(svg).toContain('ReadReport: 未実行');
  });

  it('escapes whatever a definition says', () => {
    const hostile = `<script>"'&]]>\u0000\u001b`;
    const States: Record<string, WorkflowState> = {
      [hostile]: {
        Type: 'Choice',
        Comment: hostile,
        Choices: [{ Next: 'constructor', Comment: hostile }],
        Default: 'constructor',
      },
      constructor: { Type: 'Succeed' as const },
    };
    const svg = drawWorkflow(layoutWorkflow({ StartAt: hostile, States }), {
      label: hostile,
      states: { [hostile]: 'done' },
      standalone: true,
    });
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).not.toContain('<script');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: just these
    expect(svg).not.toMatch(/[\u0000\u001b]/);
    expect(svg).toContain('data-state="&lt;script&gt;&quot;&#39;&amp;]]&gt;"');
    expect(groups(svg, /^state /)).toEqual(['state done', 'state untouched']);
  });

  it('stands by itself with its own style, light and dark', () => {
    const svg = drawWorkflow(layout, { label: '', states, standalone: true });
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toContain('prefers-color-scheme: dark');
    for (const status of Object.values(states)) expect(svg).toContain(`--workflow-${status}-surface: #`);
  });
});
