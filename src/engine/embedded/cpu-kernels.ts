import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '../tf.js';

/**
 * Kernels that run in plain JavaScript: those that the WASM backend lacks, and those of its own that are wrong in 4.22
 * (3D convolution's gradients with a stride; 3D max pooling and that with indices, which take no value below 0).
 */
export const CPU_KERNELS: readonly string[] = [
  tf.Conv3DBackpropFilterV2,
  tf.Conv3DBackpropInputV2,
  tf.Einsum,
  tf.MaxPool3D,
  tf.MaxPoolWithArgmax,
  tf.RaggedGather,
  tf.RaggedRange,
  tf.RaggedTensorToTensor,
  tf.StaticRegexReplace,
];

/**
 * A WASM kernel that runs tfjs's CPU kernel on copies of its inputs.
 *
 * @param kernelName  A kernel that `@tensorflow/tfjs-backend-cpu` registers.
 */
export function cpuKernel(kernelName: string): tf.KernelFunc {
  const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
  return (call) => {
    const { inputs, backend } = call;
    const wasm = backend as BackendWasm;
    const cpu = quietCpuBackend();
    const copied = Object.entries(inputs).flatMap(([name, input]) =>
      input === undefined
        ? []
        : [[name, cpu.makeTensorInfo(input.shape, input.dtype, wasm.readSync(input.dataId))] as const],
    );
    // A kernel with any number of inputs has them as an array.
    const named = Object.assign(Array.isArray(inputs) ? [] : {}, Object.fromEntries(copied));
    const result = kernelFunc({ ...call, inputs: named, backend: cpu });
    const results = [result].flat();
    const outputs = results.map(({ shape, dtype, dataId }) =>
      wasm.makeOutput(shape, dtype, undefined, cpu.readSync(dataId)),
    );
    for (const { dataId } of [...copied.map(([, info]) => info), ...results]) cpu.disposeData(dataId);
    return Array.isArray(result) ? outputs : outputs[0]!;
  };
}

/** tfjs's CPU backend, kept from recommending tfjs-node on the terminal when it is first used. */
function quietCpuBackend(): MathBackendCPU {
  const cpu = tf.findBackend('cpu') as MathBackendCPU;
  Object.assign(cpu, { firstUse: false });
  return cpu;
}
