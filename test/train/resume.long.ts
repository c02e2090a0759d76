import { describe } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { startCpu } from '../cpu-engine.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { resumes } from './resumed-training.js';

describe('a training that goes on, from every state', () => {
  resumes(startCpu, 1);
});

describe('a training that goes on natively, from many states', { skip: await skipWithoutNative() }, () => {
  resumes(() => startEngine('native'), 3);
});
