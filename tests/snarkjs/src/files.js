// SPDX-License-Identifier: Apache-2.0

// Files of proofs, and the `ligature` command that reads and writes them.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command; `scripts/test` says where it was built. */
const LIGATURE = process.env.LIGATURE ?? 'ligature';

/** The project's test vectors. */
export const vectors = (...path) =>
	fileURLToPath(new URL(join('../../vectors', ...path), import.meta.url));

/** Runs `ligature proof …`. */
export function ligature(...args) {
	const { status, stdout, stderr, error } = spawnSync(LIGATURE, ['proof', ...args], {
		encoding: 'utf8',
	});
	if (error) throw error;
	return { status, stdout, stderr };
}

const NAMES = ['verification_key.json', 'proof.json', 'public.json'];

/** `[key, proof, inputs]` from a folder. */
export const read = (folder) =>
	NAMES.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));

/** Writes `[key, proof, inputs]` to a folder. */
export const write = (folder, contents) =>
	NAMES.forEach((name, i) =>
		writeFileSync(join(folder, name), `${JSON.stringify(contents[i], null, 1)}\n`),
	);

/** The arguments that name the files of a folder. */
export const options = (folder, names = NAMES) =>
	['--vk', '--proof', '--public'].flatMap((option, i) => [option, join(folder, names[i])]);

/** The same for files of bytes. */
export const byteOptions = (folder) => options(folder, ['key.bin', 'proof.bin', 'inputs.bin']);
