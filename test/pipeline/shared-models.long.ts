import { REPRESENTATIVES } from '../shared-models.js';
import { testModels } from './shared-models.js';

testModels(REPRESENTATIVES);
