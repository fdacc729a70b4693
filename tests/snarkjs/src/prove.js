// SPDX-License-Identifier: Apache-2.0

// A proof by snarkjs, from a setup of its own.

import * as snarkjs from 'snarkjs';

import { constraints, witness } from './circuit.js';

/** 2^POWER constraints at most. */
const POWER = 4;

const memory = () => ({ type: 'mem' });
const held = (bytes) => ({ type: 'mem', data: new Uint8Array(bytes) });

/**
 * Runs both phases of a setup on BLS12-381, and proves. Gives what the three files of snarkjs hold.
 * The setup is of one party, who could forge: it is for tests.
 */
export async function prove(x, c) {
	const curve = await snarkjs.curves.getCurveFromName('bls12381');
	const [empty, contributed, phase1] = [memory(), memory(), memory()];
	await snarkjs.powersOfTau.newAccumulator(curve, POWER, empty);
	await snarkjs.powersOfTau.contribute(empty, contributed, 'test', 'not random');
	await snarkjs.powersOfTau.preparePhase2(contributed, phase1);

	const [initial, key] = [memory(), memory()];
	await snarkjs.zKey.newZKey(held(constraints()), phase1, initial);
	await snarkjs.zKey.contribute(initial, key, 'test', 'not random either');
	const result = await snarkjs.groth16.prove(key, held(witness(x, c)));
	return {
		initialKey: await snarkjs.zKey.exportVerificationKey(initial),
		key: await snarkjs.zKey.exportVerificationKey(key),
		proof: result.proof,
		inputs: result.publicSignals,
	};
}
