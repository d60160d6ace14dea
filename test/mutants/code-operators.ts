import { sqlEdits } from './sql-operators.ts';
import { type Edit, type Node, walk, withoutElement } from './syntax.ts';

const binary: Record<string, readonly string[]> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '&': ['|'],
  '|': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
};

/** Functions and methods that are mistaken for one another, Drizzle's among them. */
const names: Record<string, string> = {
  eq: 'ne',
  ne: 'eq',
  gt: 'gte',
  gte: 'gt',
  lt: 'lte',
  lte: 'lt',
  and: 'or',
  or: 'and',
  asc: 'desc',
  desc: 'asc',
  isNull: 'isNotNull',
  isNotNull: 'isNull',
  max: 'min',
  min: 'max',
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  ceil: 'floor',
  floor: 'ceil',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  push: 'unshift',
};

/** Links of a chain of calls that may be missing. */
const links = new Set([
  'for',
  'orderBy',
  'limit',
  'where',
  'onConflictDoUpdate',
  'onConflictDoNothing',
  'filter',
  'slice',
  'sort',
  'toSorted',
  'reverse',
  'trim',
  'toLowerCase',
  'toUpperCase',
  'catch',
  'finally',
]);

/** Every single mutation of a source file. */
export function findEdits(root: Node, source: string): Edit[] {
  const edits: Edit[] = [];
  const textOf = (node: Node) => source.slice(node.start, node.end);
  const replace = (node: Node, text: string, operator: string) =>
    edits.push({ operator, start: node.start, end: node.end, text });

  walk(root, (node, ancestors) => {
    const parent = ancestors.at(-1);
    switch (node.type) {
      case 'BinaryExpression': {
        const [left, right] = [node.left as Node, node.right as Node];
        if (node.operator === '+' && (isText(left) || isText(right))) break;
        for (const other of binary[node.operator as string] ?? []) {
          const at = source.indexOf(node.operator as string, left.end);
          const end = at + (node.operator as string).length;
          edits.push({ operator: `${node.operator} → ${other}`, start: at, end, text: other });
        }
        break;
      }
      case 'LogicalExpression': {
        const [left, right] = [node.left as Node, node.right as Node];
        replace(node, textOf(left), `${node.operator}: left side only`);
        replace(node, textOf(right), `${node.operator}: right side only`);
        break;
      }
      case 'UnaryExpression':
        if (node.operator === '!') replace(node, textOf(node.argument as Node), 'no !');
        break;
      case 'ConditionalExpression':
        replace(node.test as Node, 'true', 'always true');
        replace(node.test as Node, 'false', 'always false');
        break;
      case 'IfStatement':
        replace(node.test as Node, 'true', 'always true');
        replace(node.test as Node, 'false', 'always false');
        break;
      case 'UpdateExpression':
        replace(
          node,
          textOf(node).replaceAll(node.operator as string, node.operator === '++' ? '--' : '++'),
          'other direction',
        );
        break;
      case 'AssignmentExpression':
        if (node.operator === '+=' || node.operator === '-=') {
          const at = source.indexOf(node.operator, (node.left as Node).end);
          const text = node.operator === '+=' ? '-=' : '+=';
          edits.push({ operator: `${node.operator} → ${text}`, start: at, end: at + 2, text });
        }
        break;
      case 'ExpressionStatement':
        if ((node.expression as Node).type !== 'CallExpression' || !isSuper(node.expression as Node)) {
          replace(node, ';', 'statement removed');
        }
        break;
      case 'ThrowStatement':
      case 'ContinueStatement':
        replace(node, ';', 'statement removed');
        break;
      case 'ReturnStatement':
        if (node.argument === null) replace(node, ';', 'statement removed');
        break;
      case 'CallExpression':
        edits.push(...callEdits(node));
        break;
      case 'ArrayExpression': {
        const elements = (node.elements as (Node | null)[]).filter((each) => each !== null);
        edits.push(...elements.map((_, index) => withoutElement(elements, index, 'element removed')));
        break;
      }
      case 'ObjectExpression':
        if (isOption(ancestors)) {
          const properties = node.properties as Node[];
          edits.push(...properties.map((_, index) => withoutElement(properties, index, 'property removed')));
        }
        break;
      case 'TemplateLiteral':
        edits.push(...sqlEdits(node, source));
        break;
      case 'VariableDeclarator':
        return !tunedNumber(node, edits);
      case 'Literal':
        // The name of a property, and an element that is taken out anyway.
        if (parent?.type === 'Property' && parent.key === node) break;
        if (parent?.type === 'ArrayExpression' && typeof node.value === 'string') break;
        edits.push(...literalEdits(node, source));
        break;
    }
    return true;
  });
  return edits;
}

function callEdits(node: Node): Edit[] {
  const edits: Edit[] = [];
  const callee = node.callee as Node;
  const name = (callee.type === 'MemberExpression' ? callee.property : callee) as Node;
  const other = names[name.name as string];
  if (name.type === 'Identifier' && other !== undefined && Object.hasOwn(names, name.name as string)) {
    edits.push({ operator: `${name.name} → ${other}`, start: name.start, end: name.end, text: other });
  }
  if (callee.type === 'Identifier' && (name.name === 'and' || name.name === 'or')) {
    const terms = node.arguments as Node[];
    edits.push(...terms.map((_, index) => withoutElement(terms, index, 'term removed')));
  }
  if (callee.type === 'MemberExpression' && links.has(name.name as string)) {
    const { end } = callee.object as Node;
    edits.push({ operator: `no ${name.name}`, start: end, end: node.end, text: '' });
  }
  return edits;
}

/** A named number, which somebody chose: its exact value is nobody's promise, but that there is a limit. */
function tunedNumber({ id, init }: Node, edits: Edit[]): boolean {
  const isTuned =
    /^[A-Z][A-Z0-9_]+$/.test((id as { name?: string }).name ?? '') && init !== null && isNumber(init as Node);
  if (isTuned) edits.push({ operator: 'number', ...span(init as Node), text: '1' });
  return isTuned;
}

function literalEdits(node: Node, source: string): Edit[] {
  const { value } = node;
  const put = (operator: string, text: string): Edit => ({ operator, ...span(node), text });
  if (typeof value === 'boolean') return [put(`${value} → ${!value}`, String(!value))];
  if (typeof value === 'number') {
    return [value + 1, ...(value > 0 ? [value - 1] : [])].map((other) => put('number', String(other)));
  }
  const { regex } = node as { regex?: { pattern: string } | null };
  if (regex) {
    const { start, end } = node;
    const last = source.lastIndexOf('/', end - 1);
    return [
      ...(regex.pattern.startsWith('^')
        ? [{ operator: 'no ^', start: start + 1, end: start + 2, text: '' }]
        : []),
      ...(/[^\\]\$$/.test(regex.pattern) ? [{ operator: 'no $', start: last - 1, end: last, text: '' }] : []),
    ];
  }
  if (typeof value !== 'string') return [];
  if (value === ' and ') return [put('and → or', "' or '")];
  if (value === ' or ') return [put('or → and', "' and '")];
  const sql = sqlEdits(node, source);
  if (sql.length > 0) return sql;
  // Names and codes; what is said to people is not worth a mutant.
  return /^[\w.:*/-]+$/.test(value) ? [put('text', "'mutated'")] : [];
}

/** Whether an object is an argument, or in one: options, most often. */
function isOption(ancestors: readonly Node[]): boolean {
  const holder = ancestors.findLast(({ type }) => type !== 'Property' && type !== 'ObjectExpression');
  return holder !== undefined && /^(Call|New)Expression$/.test(holder.type);
}

function isText({ type, value }: Node): boolean {
  return type === 'TemplateLiteral' || typeof value === 'string';
}

function isNumber(node: Node): boolean {
  return node.type === 'BinaryExpression'
    ? isNumber(node.left as Node) && isNumber(node.right as Node)
    : typeof node.value === 'number';
}

function isSuper({ callee }: Node): boolean {
  return (callee as Node).type === 'Super';
}

function span({ start, end }: Node): { start: number; end: number } {
  return { start, end };
}
