// The program of somebody who installed the package, file by file: it is compiled, bundled and run wherever the package should work.

export const x = [0.5, -1, 2, 0.25, 3, -0.75];

export const consumer = {
  'make.ts': `
    import { dense, sequential } from 'espalier';
    import { compress } from 'espalier/inference';
    export interface Made { weights: number[][]; made: number[]; bytes: Uint8Array<ArrayBuffer> }
    export async function make(x: Float32Array): Promise<Made> {
      const model = sequential([dense({ units: 4, activation: 'relu', inputShape: [3] }), dense({ units: 2 })]);
      model.compile({ optimizer: 'adam', loss: 'mse' });
      await model.fit(x, [[1, 0], [0, 1]], { epochs: 20, batchSize: 1, verbose: 0 });
      const weights = model.getWeights().map(({ data }) => [...data]);
      return { weights, made: [...model.predict(x).data], bytes: compress(model).toBytes() };
    }`,
  'saved.ts': `
    import { load, loadFile } from 'espalier/inference';
    export async function answerAt(address: string, x: Float32Array): Promise<number[]> {
      return [...(await loadFile(address)).predict(x).data];
    }
    export function answer(bytes: Uint8Array, x: Float32Array): number[] {
      return [...load(bytes).predict(x).data];
    }`,
  'app.ts': `
    import { make } from './make.js';
    import { answer, answerAt } from './saved.js';
    export async function app(): Promise<object> {
      const x = Float32Array.from(${JSON.stringify(x)});
      const { weights, made, bytes } = await make(x);
      const fetched = 'document' in globalThis ? await answerAt('model.espalier', x) : undefined;
      return { weights, made, saved: answer(bytes, x), fetched, file: [...bytes] };
    }
    Object.assign(globalThis, { app });`,
  'wrong.ts': `
    import { dense } from 'espalier';
    // @ts-expect-error units is a number
    dense({ units: 'four' });`,
  // Declarations are made of this one, too: each type must have a name that the package exports.
  'types.ts': `
    import * as espalier from 'espalier';
    import { CsrMatrix, compress, dense, init, initializers, registerRegularizer, sequential, spmm } from 'espalier';
    import plain from 'espalier/plain.wasm';
    import relaxed from 'espalier/relaxed.wasm';
    export const model = sequential([dense({ units: 1, kernelRegularizer: 'mine', activityRegularizer: 'mine' })]);
    export const compiled = model.compiled;
    export const all = { espalier, initializers, orthogonal: initializers.orthogonal };
    export const start = (): void => init({ wasm: plain ?? relaxed });
    registerRegularizer('mine', () => espalier.l1(0.5));
    const matrix = CsrMatrix.fromDense([1], { rows: 1, columns: 1 });
    const session = compress(model).session();
    const bytes: Uint8Array<ArrayBuffer>[] = [model.toBytes(), compress(model).toBytes()];
    const numbers: Float32Array<ArrayBuffer>[] = [
      model.predict([1]).data, compress(model).predict([1]).data, session.step([1]).data, session.state, spmm(matrix, [1]),
      matrix.toDense(), ...model.getWeights().map(({ data }) => data),
    ];
    // A result has the kind of memory that was given for it.
    const shared: Float32Array<SharedArrayBuffer> = spmm(matrix, [1], { out: new Float32Array(new SharedArrayBuffer(4)) });
    export const sizes = [...bytes, ...numbers, shared].map(({ byteLength }) => byteLength);`,
  'page.ts': `
    import { compress, load } from 'espalier/inference';
    export function send(bytes: Uint8Array, x: Float32Array, out: Float32Array): Response {
      const net = load(bytes);
      const y = net.predict(x);
      net.predict(x, out);
      new MessageChannel().port1.postMessage(y, [y.data.buffer]);
      new Blob([net.toBytes()]);
      return new Response(net.toBytes());
    }
    export { compress };`,
  'products.ts': `
    import { CsrMatrix, spmm } from 'espalier';
    Object.assign(globalThis, { CsrMatrix, spmm });`,
  'refusal.ts': `
    import { FormatError } from 'espalier/inference';
    Object.assign(globalThis, { FormatError });`,
  'whole.ts': `
    import * as espalier from 'espalier';
    Object.assign(globalThis, { espalier });`,
};
