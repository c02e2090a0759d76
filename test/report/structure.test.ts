import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { structureOf } from '../../src/report/formats/html/structure.js';

/** Nodes written as `name<inputs` with places for inputs; `*` before it: it has a quantized weight. */
function drawn(...texts: string[]): string[] {
  const graph = texts.map((text) => {
    const [name = '', inputs = ''] = text.replace('*', '').split('<');
    return {
      name,
      kind: '',
      inputs: inputs === '' ? [] : inputs.split(',').map(Number),
      weights: text.startsWith('*') ? [name] : [],
    };
  });
  const quantized = new Set(graph.flatMap(({ weights }) => weights));
  const { nodes, edges } = structureOf(graph, quantized);
  const nameOf = (place: number) => nodes.find((node) => node.place === place)!.name;
  return [...nodes.map(({ name }) => name), ...edges.map(([from, to]) => `${nameOf(from)}>${nameOf(to)}`)];
}

describe('what is drawn of a model', () => {
  const cases: [string, string[], string[]][] = [
    ['hands on', ['in', '*a<0', 'norm<1', 'relu<2', '*b<3'], ['in', 'a', 'b', 'in>a', 'a>b']],
    [
      'a way around',
      ['in', '*a<0', 'relu<1', '*b<2', 'add<3,2'],
      ['in', 'a', 'b', 'add', 'in>a', 'a>b', 'b>add', 'a>add'],
    ],
    ['an output without weights', ['in', '*a<0', 'softmax<1'], ['in', 'a', 'softmax', 'in>a', 'a>softmax']],
    ['the same value twice', ['in', '*a<0', 'times<1,1', '*b<2'], ['in', 'a', 'b', 'in>a', 'a>b']],
  ];
  for (const [name, graph, expected] of cases) it(name, () => assert.deepEqual(drawn(...graph), expected));

  it('ends where a model goes round in a circle', () => {
    assert.deepEqual(drawn('a<1', 'b<0', '*c<0'), ['c']);
  });
});
