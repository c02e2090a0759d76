// Run by tests as `qgt` would be, from the sources.
import { main } from '../../src/cli/index.js';

process.exitCode = await main();
