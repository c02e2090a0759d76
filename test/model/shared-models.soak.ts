import { findSharedModels } from '../shared-models.js';
import { testModels } from './shared-models.js';

testModels(await findSharedModels());
