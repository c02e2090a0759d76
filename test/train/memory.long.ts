import { memoryIsFlat } from './memory.js';

memoryIsFlat({ native: 4000, embedded: 4000 });
