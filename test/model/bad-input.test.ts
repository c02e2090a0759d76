import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../src/core/index.js';
import { readModel } from '../../src/model/index.js';
import { temporaryFolder, writeModel } from './model-folder.js';

const weight = { name: 'dense/kernel', shape: [2, 3], dtype: 'float32' };
const whole = { name: 'w.bin', bytes: new Uint8Array(24) };
const layersTopology = { class_name: 'Sequential', config: { layers: [] }, keras_version: '2.15.0' };

function json(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    format: 'layers-model',
    modelTopology: layersTopology,
    weightsManifest: [{ paths: ['w.bin'], weights: [weight] }],
    ...changes,
  };
}

function withWeight(changes: Record<string, unknown>, paths: readonly unknown[] = ['w.bin']): unknown {
  return json({ weightsManifest: [{ paths, weights: [{ ...weight, ...changes }] }] });
}

const nan = new Uint8Array(Float32Array.of(0, 0, Number.NaN, 0, 0, 0).buffer);

const BAD: readonly {
  name: string;
  json: unknown;
  bytes?: Uint8Array | null;
  code?: ErrorCode;
  message: RegExp;
}[] = [
  {
    name: 'a shard that is missing',
    json: json(),
    bytes: null,
    code: 'not-found',
    message: /w\.bin: .*missing.*copy all/,
  },
  {
    name: 'a truncated shard',
    json: json(),
    bytes: new Uint8Array(20),
    message: /w\.bin: .*short.*got 20 bytes, expected 24/,
  },
  {
    name: 'a shard that is too long, with other weights after it',
    json: json({
      weightsManifest: [
        { paths: ['w.bin'], weights: [weight] },
        { paths: ['w.bin'], weights: [{ ...weight, name: 'other/kernel' }] },
      ],
    }),
    bytes: new Uint8Array(28),
    message: /too long, got 28 bytes/,
  },
  {
    name: 'a gzip file that holds too few weights',
    json: json(),
    bytes: gzipSync(new Uint8Array(20)),
    message: /short.*got 20 bytes, expected 24/,
  },
  {
    name: 'a gzip file that holds too many',
    json: json(),
    bytes: gzipSync(new Uint8Array(2 ** 20)),
    message: /gzip file that cannot be unpacked.*at most 24 bytes/,
  },
  {
    name: 'a gzip file that is truncated',
    json: json(),
    bytes: gzipSync(new Uint8Array(24)).subarray(0, 16),
    message: /gzip file that cannot be unpacked/,
  },
  {
    name: 'a path out of the folder',
    json: withWeight({}, ['../w.bin']),
    message: /"\.\.\/w\.bin" leaves the model's folder/,
  },
  {
    name: 'a path out of the folder and back',
    json: withWeight({}, ['a/../../w.bin']),
    message: /leaves the model's folder/,
  },
  { name: 'an absolute path', json: withWeight({}, ['/etc/passwd']), message: /leaves the model's folder/ },
  {
    name: 'a URL',
    json: withWeight({}, ['https://example.org/w.bin']),
    message: /leaves the model's folder/,
  },
  { name: 'a path that is no text', json: withWeight({}, [7]), message: /paths/ },
  {
    name: 'an unknown dtype',
    json: withWeight({ dtype: 'float64' }),
    message: /dense\/kernel: dtype: .*got "float64"/,
  },
  {
    name: 'a negative shape',
    json: withWeight({ shape: [2, -3] }),
    message: /dense\/kernel: shape\.1: .*got -3/,
  },
  { name: 'a fractional shape', json: withWeight({ shape: [2.5] }), message: /dense\/kernel: shape\.0/ },
  {
    name: 'a huge shape',
    json: withWeight({ shape: [2 ** 40, 2 ** 40] }),
    message: /dense\/kernel: the shape is too large/,
  },
  { name: 'a shape larger than the file', json: withWeight({ shape: [2 ** 40] }), message: /too short/ },
  {
    name: 'an unknown quantization',
    json: withWeight({ quantization: { dtype: 'int4', scale: 1, min: 0 } }),
    message: /dense\/kernel: quantization/,
  },
  {
    name: 'a quantization without scale',
    json: withWeight({ quantization: { dtype: 'uint8' } }),
    message: /quantization\.scale/,
  },
  {
    name: 'int32 as float16',
    json: withWeight({ dtype: 'int32', quantization: { dtype: 'float16' } }),
    message: /dtype int32 cannot be stored as float16/,
  },
  {
    name: 'two weights of one name',
    json: json({ weightsManifest: [{ paths: ['w.bin'], weights: [weight, weight] }] }),
    message: /dense\/kernel: two weights have this name/,
  },
  {
    name: 'a weight that is not a number',
    json: json(),
    bytes: nan,
    code: 'non-finite',
    message: /dense\/kernel: .*index 2 is NaN/,
  },
  { name: 'no topology', json: json({ modelTopology: null }), message: /no modelTopology/ },
  { name: 'no manifest', json: json({ weightsManifest: undefined }), message: /no weightsManifest/ },
  { name: 'a manifest that is no list', json: json({ weightsManifest: {} }), message: /weightsManifest/ },
  {
    name: 'a topology of nothing',
    json: json({ modelTopology: {} }),
    message: /neither a layers model nor a graph model/,
  },
  {
    name: 'a bare manifest',
    json: [{ paths: ['w.bin'], weights: [weight] }],
    message: /without a topology.*build the model/,
  },
  { name: 'a bare topology', json: layersTopology, message: /a topology without weights/ },
  { name: 'some other JSON', json: { hello: 1 }, message: /not a TensorFlow\.js model/ },
  { name: 'a number', json: '7', message: /not a model/ },
  {
    name: 'Keras 1',
    json: json({ modelTopology: { ...layersTopology, keras_version: '1.2.2' } }),
    message: /Keras 1.*Keras 2/,
  },
  {
    name: 'a layer that is none',
    json: json({
      modelTopology: { class_name: 'Sequential', config: { layers: [{ name: 'x' }] }, keras_version: '2.1' },
    }),
    message: /layers\.0: class_name: not as a layer is written, got nothing, expected a text/,
  },
  ...(
    [
      [
        'layers that are a number',
        { layers: 7 },
        /config\.layers: not as .*, got 7, expected a list of layers/,
      ],
      [
        'a shape that is a text',
        { layers: [{ class_name: 'Dense', config: { name: 'a', units: 1, batch_input_shape: 'none' } }] },
        /layer a: batch_input_shape is not a shape, got "none", expected a list of sizes/,
      ],
      [
        'a size that is a text',
        {
          layers: [{ class_name: 'Dense', config: { name: 'a', units: 1, batch_input_shape: [null, 'b'] } }],
        },
        /layer a: batch_input_shape is not a shape, got 2 sizes, null, b/,
      ],
      [
        'a name that is a number',
        { layers: [{ class_name: 'Dense', config: { name: 7, units: 1 } }] },
        /layers\.0: config\.name: not as a layer is written, got 7, expected a text/,
      ],
    ] as const
  ).map(([name, config, message]) => ({
    name,
    json: json({ modelTopology: { class_name: 'Sequential', config, keras_version: '2.1' } }),
    message,
  })),
];

for (const { name, json: content, bytes = whole.bytes, code = 'bad-model', message } of BAD) {
  test(`refuses ${name}`, async () => {
    const folder = await writeModel(content, bytes === null ? [] : [{ name: 'w.bin', bytes }]);
    await assert.rejects(readModel(join(folder, 'model.json')), (error: Error & { code?: string }) => {
      assert.equal(error.name, 'QgtError', error.stack);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.ok(error.message.includes('model.json') || error.message.includes('w.bin'), error.message);
      return true;
    });
  });
}

test('refuses strings that leave too few bytes for what follows, or say that they are longer than the file', async () => {
  const weights = [
    { name: 's', shape: [1], dtype: 'string' },
    { name: 'i', shape: [2], dtype: 'int32' },
  ];
  for (const [length, bytes] of [
    [2, 13],
    [2 ** 32 - 1, 13],
    [0, 13],
  ] as const) {
    const file = new Uint8Array(bytes);
    new DataView(file.buffer).setUint32(0, length, true);
    const content = json({ weightsManifest: [{ paths: ['w.bin'], weights }] });
    const folder = await writeModel(content, [{ name: 'w.bin', bytes: file }]);
    await assert.rejects(readModel(folder), { code: 'bad-model', message: /the strings do not fill/ });
  }
});

const BROKEN: readonly [text: string, place: string][] = [
  ['{"a": [1,\n2,}', '2:3'],
  ['{"a": ', '1:7'],
  ['{"a" 1}', '1:6'],
  ['{\n "a": 1,\n "b": nope\n}', '3:7'],
  ['{"a": 1} x', '1:10'],
  ['{"a": "open', '1:7'],
  ['', '1:1'],
];

for (const [text, place] of BROKEN) {
  test(`says where JSON is broken: ${JSON.stringify(text)}`, async () => {
    const folder = await writeModel(text, []);
    await assert.rejects(readModel(folder), {
      code: 'bad-model',
      message: new RegExp(`model\\.json:${place}: not valid JSON`),
    });
  });
}

test('refuses a weight file that is a link out of the folder', async () => {
  const folder = await writeModel(json(), []);
  const outside = join(await temporaryFolder(), 'w.bin');
  await writeFile(outside, whole.bytes);
  await symlink(outside, join(folder, 'w.bin'));
  await assert.rejects(readModel(folder), { code: 'bad-model', message: /leaves the model's folder/ });
});

test('takes a byte order mark and weight files in a folder below', async () => {
  const folder = await writeModel(`\uFEFF${JSON.stringify(json({ weightsManifest: [] }))}`, []);
  await readModel(folder);
  const nested = await writeModel(withWeight({}, ['./below/w.bin']), []);
  await mkdir(join(nested, 'below'));
  await writeFile(join(nested, 'below', 'w.bin'), whole.bytes);
  assert.equal((await readModel(nested)).weights.length, 1);
});

const FOREIGN: readonly [file: string, start: string, message: RegExp][] = [
  ['renamed.json', '\x89HDF\r\n', /not an HDF5 file, or a damaged one; save the model again/],
  [
    'net.tflite',
    'abcdTFL3',
    /TensorFlow Lite.*python -m tf2onnx\.convert --tflite \S*net\.tflite --output model\.onnx && onnx2tf .*tensorflowjs_converter/,
  ],
  ['net.onnx', 'x', /an ONNX model.*onnx2tf -i \S*net\.onnx -o saved_model && tensorflowjs_converter/],
  ['net.pb', 'x', /TensorFlow graph.*--input_format=tf_frozen_model .*net\.pb web_model/],
  ['net.pt', 'x', /PyTorch.*torch\.onnx\.export.*onnx2tf/],
  ['weights.bin', 'x', /weight file.*model\.json/],
];

for (const [name, start, message] of FOREIGN) {
  test(`refuses ${name} with a remedy`, async () => {
    const file = join(await temporaryFolder(), name);
    await writeFile(file, Buffer.from(start, 'latin1'));
    await assert.rejects(readModel(file), { code: 'bad-model', message });
  });
}

test('refuses folders that hold no model, another framework or several models', async () => {
  const empty = await temporaryFolder();
  await assert.rejects(readModel(empty), { code: 'not-found', message: /no model\.json/ });
  await writeFile(join(empty, 'saved_model.pb'), 'x');
  await assert.rejects(readModel(empty), { code: 'bad-model', message: /SavedModel.*tf_saved_model/ });
  await writeFile(join(empty, 'keras_metadata.pb'), 'x');
  await assert.rejects(readModel(empty), {
    code: 'bad-model',
    message: /SavedModel of Keras 2.*load_model\(.*model\.keras/,
  });
  const several = await writeModel(json(), [whole], 'a.json');
  await writeFile(join(several, 'b.json'), await readFile(join(several, 'a.json')));
  await assert.rejects(readModel(several), {
    code: 'bad-model',
    message: /2 models in one folder \(a\.json, b\.json\)/,
  });
});

test('refuses what is not on this disk', async () => {
  await assert.rejects(readModel('nowhere/model.json'), { code: 'not-found' });
  await assert.rejects(readModel('https://example.org/model.json'), { code: 'usage', message: /download/ });
});
