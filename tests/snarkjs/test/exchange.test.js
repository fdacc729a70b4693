// SPDX-License-Identifier: Apache-2.0

// Proofs go both ways between Ligature and snarkjs.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

import * as snarkjs from 'snarkjs';

import { inputs as publicInputs } from '../src/circuit.js';
import { byteOptions, ligature, options, read, vectors, write } from '../src/files.js';
import { prove } from '../src/prove.js';

let folder;
let made;

before(async () => {
	folder = mkdtempSync(join(tmpdir(), 'ligature-snarkjs-'));
	made = await prove(3n, 2n);
});

after(async () => {
	rmSync(folder, { recursive: true });
	// The curve's worker threads would keep the process alive.
	await (await snarkjs.curves.getCurveFromName('bls12381')).terminate();
});

/** A folder with the files that Ligature exports of its vectors. */
function exported() {
	const { status, stderr } = ligature('export', ...byteOptions(vectors('groth16')), '--out', folder);
	assert.equal(status, 0, stderr);
	return folder;
}

test('snarkjs accepts a proof that Ligature exports', async () => {
	const [key, proof, inputs] = read(exported());
	assert.equal(await snarkjs.groth16.verify(key, inputs, proof), true);
});

test('the command of snarkjs accepts it too', () => {
	const command = join(dirname(createRequire(import.meta.url).resolve('snarkjs')), 'cli.cjs');
	const files = ['verification_key.json', 'public.json', 'proof.json'].map((name) =>
		join(exported(), name),
	);
	const run = spawnSync(process.execPath, [command, 'groth16', 'verify', ...files], {
		encoding: 'utf8',
	});
	assert.equal(run.status, 0, run.stdout + run.stderr);
	assert.match(run.stdout, /OK!/);
});

test('snarkjs refuses it with other inputs, or another proof', async () => {
	const [key, proof, inputs] = read(exported());
	const others = ['50', inputs[1]];
	assert.equal(await snarkjs.groth16.verify(key, others, proof), false);
	const swapped = { ...proof, pi_a: proof.pi_c, pi_c: proof.pi_a };
	assert.equal(await snarkjs.groth16.verify(key, inputs, swapped), false);
});

test('Ligature accepts a proof that snarkjs makes', async () => {
	const { key, proof, inputs } = made;
	assert.deepEqual(inputs, publicInputs(3n, 2n).map(String));
	assert.equal(await snarkjs.groth16.verify(key, inputs, proof), true);
	write(folder, [key, proof, inputs]);
	const { status, stdout, stderr } = ligature('verify', ...options(folder), '--json');
	assert.equal(status, 0, stderr);
	const result = JSON.parse(stdout);
	assert.equal(result.valid, true);
	assert.equal(result.inputs, 2);
});

test('Ligature refuses it with other inputs', () => {
	const { key, proof, inputs } = made;
	write(folder, [key, proof, [inputs[0], '3']]);
	const { status, stderr } = ligature('verify', ...options(folder));
	assert.equal(status, 1);
	assert.match(stderr, /does not hold/);
});

test('Ligature refuses the key of a setup without a contribution', () => {
	const { initialKey, proof, inputs } = made;
	write(folder, [initialKey, proof, inputs]);
	const { status, stderr } = ligature('verify', ...options(folder));
	assert.equal(status, 2);
	assert.match(stderr, /gamma and delta are equal/);
});

test('what snarkjs made comes back through Ligature unchanged', () => {
	const { key, proof, inputs } = made;
	const [from, to] = ['from', 'to'].map((name) => mkdtempSync(join(folder, name)));
	write(from, [key, proof, inputs]);
	const args = ['--format', 'snarkjs', ...options(from), '--out', to];
	assert.equal(ligature('export', ...args).status, 0);
	const { vk_alphabeta_12: derived, ...rest } = key;
	assert.notEqual(derived, undefined);
	assert.deepEqual(read(to), [rest, proof, inputs]);
});

test('the vectors of snarkjs hold', () => {
	const { status, stderr } = ligature('verify', ...options(vectors('snarkjs')));
	assert.equal(status, 0, stderr);
});
