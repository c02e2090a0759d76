import { createRandom } from '../src/core/index.js';

/**
 * Starts `Math.random` anew, the same each time.
 *
 * tfjs draws initial weights and dropout by it where it is given no seed. Drawn anew in every run, they now and then put
 * a model where finite differences meet a kink. So each test file draws the same whenever it runs.
 */
export function seedRandom(): void {
  const random = createRandom(1);
  Math.random = () => random.next();
}

seedRandom();
