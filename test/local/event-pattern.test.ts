import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../local/event-pattern.ts';

const event = {
  source: 'aws.s3',
  detail: { bucket: { name: 'uploads' }, object: { key: 'a/b.csv', size: 3 }, tags: ['x', 'y'], none: null },
};

describe('an event pattern', () => {
  it.each([
    ['an exact value', { source: ['aws.s3'] }, true],
    ['another value', { source: ['aws.ec2'] }, false],
    ['any of several', { source: ['aws.ec2', 'aws.s3'] }, true],
    ['every field', { source: ['aws.s3'], detail: { bucket: { name: ['other'] } } }, false],
    ['a number', { detail: { object: { size: [3] } } }, true],
    ['a number is no text', { detail: { object: { size: ['3'] } } }, false],
    ['null', { detail: { none: [null] } }, true],
    ['a prefix', { detail: { object: { key: [{ prefix: 'b/' }, { prefix: 'a/' }] } } }, true],
    ['a prefix of a number', { detail: { object: { size: [{ prefix: '3' }] } } }, false],
    ['a suffix', { detail: { object: { key: [{ suffix: '.csv' }] } } }, true],
    ['a wildcard', { detail: { object: { key: [{ wildcard: 'a/*.csv' }] } } }, true],
    ['a wildcard takes dots as they are', { detail: { object: { key: [{ wildcard: 'a/b?csv' }] } } }, false],
    ['another case', { detail: { bucket: { name: [{ 'equals-ignore-case': 'UPLOADS' }] } } }, true],
    ['anything but these', { source: [{ 'anything-but': ['aws.s3', 'b'] }] }, false],
    ['anything but another', { source: [{ 'anything-but': 'aws.ec2' }] }, true],
    ['anything but, of what is missing', { detail: { absent: [{ 'anything-but': ['b'] }] } }, false],
    ['what exists', { detail: { object: { key: [{ exists: true }] } } }, true],
    ['what does not exist', { detail: { absent: [{ exists: false }] } }, true],
    ['below what is missing', { absent: { below: [{ exists: false }] } }, true],
    ['an element of a list', { detail: { tags: ['y'] } }, true],
    ['no element of a list', { detail: { tags: ['z'] } }, false],
  ])('%s', (_, pattern, matched) => {
    expect(compilePattern(pattern)(event)).toBe(matched);
  });

  it.each([
    [{ detail: { object: { size: [{ numeric: ['>', 1] }] } } }, 'numeric'],
    [{ detail: { object: { key: [{ 'anything-but': { prefix: 'a' } }] } } }, 'anything-but'],
    [{ detail: { object: { key: [{ prefix: { 'equals-ignore-case': 'a' } }] } } }, 'prefix'],
    [{ $or: [{ source: ['a'] }] }, '$or'],
    [{ source: 'aws.s3' }, 'aws.s3'],
  ])('refuses %j, which it does not know, before any event', (pattern, named) => {
    expect(() => compilePattern(pattern)).toThrow(named);
  });
});
