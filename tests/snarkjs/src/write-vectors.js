// SPDX-License-Identifier: Apache-2.0

// Writes tests/vectors/snarkjs anew: a proof by snarkjs, from a setup that nobody can repeat.
// usage: node src/write-vectors.js

import { mkdirSync } from 'node:fs';

import { vectors, write } from './files.js';
import { prove } from './prove.js';

const { key, proof, inputs } = await prove(3n, 2n);
mkdirSync(vectors('snarkjs'), { recursive: true });
write(vectors('snarkjs'), [key, proof, inputs]);
process.exit(0);
