// TypeScript in the main thread and in worker threads, which `--import tsx` alone leaves out on Node 20.
import { register } from 'tsx/esm/api';

register();
