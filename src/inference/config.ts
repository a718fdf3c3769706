// Reads a layer's configuration and arrays, which may come from anywhere: every field is checked here.

import type { ArrayDescription, LayerDescription } from '../format/index.ts';
import { type Shape, sameShape, showShape, showValue } from '../tensor/index.ts';

export class LayerReader {
  readonly layer: LayerDescription;
  readonly name: string;

  constructor(layer: LayerDescription, name: string) {
    this.layer = layer;
    this.name = name;
  }

  error(message: string): Error {
    return new Error(`${this.name}: ${message}.`);
  }

  /** The field, or `fallback` where it is absent. */
  field(key: string, fallback?: unknown): unknown {
    return Object.hasOwn(this.layer.config, key) ? this.layer.config[key] : fallback;
  }

  number(key: string, fallback: number): number {
    const value = this.field(key, fallback);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.error(`expected ${key} to be a number, got ${showValue(value)}`);
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.field(key, fallback);
    if (typeof value === 'boolean') return value;
    throw this.error(`expected ${key} to be true or false, got ${showValue(value)}`);
  }

  pair(key: string, fallback?: number | readonly [number, number]): readonly [number, number] {
    const value = this.field(key, fallback);
    const list = Array.isArray(value) ? value : [value, value];
    if (list.length === 2 && list.every((size) => Number.isInteger(size) && size > 0)) return [list[0], list[1]];
    throw this.error(`expected ${key} to be a positive whole number or two of them, got ${showValue(value)}`);
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback: T): T {
    const value = this.field(key, fallback);
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw this.error(`expected ${key} to be one of ${choices.join(', ')}, got ${showValue(value)}`);
  }

  shape(key: string): Shape {
    const value = this.field(key);
    if (Array.isArray(value) && value.length > 0 && value.every((size) => Number.isInteger(size) && size > 0))
      return value;
    throw this.error(`expected ${key} to be a shape of positive whole numbers, got ${showValue(value)}`);
  }

  /** The array of that name, or undefined. @throws unless its axes stand in that order. */
  array(name: string, axes: readonly number[]): ArrayDescription | undefined {
    const array = Object.hasOwn(this.layer.arrays, name) ? this.layer.arrays[name] : undefined;
    if (!array) return undefined;
    if (!sameShape(array.axes, axes)) {
      throw this.error(
        `expected the axes of '${name}' to be stored as ${showShape(axes)}, got ${showShape(array.axes)}`,
      );
    }
    if (array.shape.length !== axes.length)
      throw this.error(`expected '${name}' to have ${axes.length} axes, got the shape ${showShape(array.shape)}`);
    const size = array.shape.reduce((product, axis) => product * axis, 1);
    if (size < 1 || array.data.length !== size || (array.mask && array.mask.length !== size)) {
      throw this.error(`expected '${name}' of shape ${showShape(array.shape)} to have ${size} numbers`);
    }
    return array;
  }

  /** One number for each of `channels`, or undefined. */
  vector(name: string, channels: number): Float32Array | undefined {
    const array = this.array(name, [0]);
    if (array && array.data.length !== channels) {
      throw this.error(`expected '${name}' to have ${channels} numbers, got ${array.data.length}`);
    }
    return array?.data;
  }

  /** @throws when it is absent. */
  need<T>(value: T | undefined, name: string): T {
    if (value === undefined) throw this.error(`expected an array '${name}', got none`);
    return value;
  }

  oneInput(shapes: readonly Shape[], rank?: number): Shape {
    if (shapes.length !== 1) throw this.error(`expected one input, got ${shapes.length}`);
    if (rank !== undefined && shapes[0].length !== rank) {
      throw this.error(`expected an input of ${rank} axes, got the shape ${showShape(shapes[0])}`);
    }
    return shapes[0];
  }
}
