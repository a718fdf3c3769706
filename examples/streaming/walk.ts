// A session on a sequence that the network has not seen: a reading in, an answer out, the state in between.

import type { InferenceModel } from '../../src/index.ts';
import type { Readings } from './readings.ts';

/** What a session did. */
export interface Walk {
  /** After each step: whether something was wrong, and the answer. */
  readonly steps: readonly { readonly wrong: boolean; readonly probability: number }[];
  /** The largest difference to the answers for the whole sequence at once. */
  readonly difference: number;
  /** Two futures from one past: as it went on for 8 steps, and if the last reading had come 24 times. */
  readonly futures: { readonly step: number; readonly asItWas: number; readonly stoodStill: number };
  /** Milliseconds of a step, the best of rounds. */
  readonly msBatch1: number;
}

const rounds = 20;
const stepsOfRound = 1000;

/** Walks along the first sequence in which something goes wrong. */
export function walk(model: InferenceModel, { x, y }: Readings): Walk {
  const [, length, features] = x.shape;
  const shown = Math.floor(Math.max(0, y.data.indexOf(1)) / length);
  const sequence = x.data.subarray(shown * length * features, (shown + 1) * length * features);
  const reading = (t: number) => sequence.subarray(t * features, (t + 1) * features);
  const whole = model.predict(sequence).data;
  const session = model.session();
  const answer = new Float32Array(1);
  const steps = Array.from({ length }, (_, t) => {
    session.step(reading(t), answer);
    return { wrong: y.data[shown * length + t] === 1, probability: answer[0] };
  });
  const difference = steps.reduce((most, { probability }, t) => Math.max(most, Math.abs(probability - whole[t])), 0);

  session.reset();
  const now = length >> 2;
  for (let t = 0; t < now; t++) session.step(reading(t));
  const past = session.state;
  for (let t = 0; t < 24; t++) session.step(reading(now - 1), answer);
  const [stoodStill] = answer;
  session.state = past;
  for (let t = now; t < now + 8; t++) session.step(reading(t), answer);
  const futures = { step: now, asItWas: answer[0], stoodStill };

  let msBatch1 = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let t = 0; t < stepsOfRound; t++) session.step(reading(0), answer);
    msBatch1 = Math.min(msBatch1, (performance.now() - start) / stepsOfRound);
  }
  session.dispose();
  return { steps, difference, futures, msBatch1 };
}
