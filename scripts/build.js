/** Builds dist: the code of the package as few modules, the declarations that its entries need, which `npm run build:runtime` adds the runtime to. */
import { rmSync } from 'node:fs';
import { bundlePackage } from './bundle-package.js';
import { writeDeclarations } from './write-declarations.js';

const DIST = 'dist';

rmSync(DIST, { recursive: true, force: true });
await bundlePackage(DIST);
writeDeclarations(DIST);
