// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes them so
import { describe, expect, it } from 'vitest';
import { type Lookup, resolveIntrinsics } from '../../local/intrinsics.ts';

const lookup: Lookup = {
  ref: (id) => `ref-${id}`,
  attribute: (id, name) => `${id}/${name}`,
};

describe('intrinsic functions', () => {
  it.each([
    ['a reference', { Ref: 'Bucket' }, 'ref-Bucket'],
    ['an attribute as a list', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'Bucket/Arn'],
    ['an attribute as text', { 'Fn::GetAtt': 'Database.Endpoint.Address' }, 'Database/Endpoint.Address'],
    ['a join of others', { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, 'a-ref-B'],
    ['a selection of a split', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['a substitution', { 'Fn::Sub': '${A} ${B.Arn} ${B.C.D} ${!Literal}' }, 'ref-A B/Arn B/C.D ${Literal}'],
    ['a substitution with values', { 'Fn::Sub': ['${X}-${A}', { X: { Ref: 'Y' } }] }, 'ref-Y-ref-A'],
    [
      'what is inside lists and objects',
      { a: [{ b: { Ref: 'C' } }, 1, null] },
      { a: [{ b: 'ref-C' }, 1, null] },
    ],
    ['no value', { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
    ['what only looks like one', { Ref: 'A', more: 1 }, { Ref: 'A', more: 1 }],
  ])('%s', (_, value, resolved) => {
    expect(resolveIntrinsics(value, lookup)).toEqual(resolved);
  });

  it('names a function that it does not know', () => {
    expect(() => resolveIntrinsics({ a: { 'Fn::ImportValue': 'x' } }, lookup)).toThrow('Fn::ImportValue');
  });
});
