// SPDX-License-Identifier: Apache-2.0

// A whole development network (two chains that prove, operator, oracles) and what its users do, by the
// `ligature` command.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Bytes that a command may print. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/** The program: LIGATURE, else the one beside LIGATURE_NODE. */
function program() {
	const { LIGATURE, LIGATURE_NODE } = process.env;
	if (LIGATURE) return LIGATURE;
	if (LIGATURE_NODE) return join(dirname(LIGATURE_NODE), 'ligature');
	throw new Error('neither LIGATURE nor LIGATURE_NODE is set: the path of the program to test');
}

/** A network of processes on loopback, in a temporary folder. */
export class Devnet {
	/** Starts one with blocks of the smallest class; makes the development keys if they are not there. */
	static async up() {
		const devnet = new Devnet(program(), mkdtempSync(join(tmpdir(), 'ligature-devnet-')));
		const node = process.env.LIGATURE_NODE ? ['--node', process.env.LIGATURE_NODE] : [];
		try {
			const { endpoints } = await devnet.run('devnet', 'up', '--class', '1', ...node);
			devnet.endpoints = endpoints;
		} catch (error) {
			await devnet.down();
			throw error;
		}
		return devnet;
	}

	constructor(binary, folder) {
		this.binary = binary;
		this.folder = folder;
		this.env = { ...process.env, LIGATURE_DEVNET: folder };
		// Whatever ends this program, nothing stays behind.
		this.stopOnExit = () => spawnSync(binary, ['devnet', 'down'], { env: this.env });
		process.once('exit', this.stopOnExit);
	}

	/** Runs a command against this network; returns what it prints for machines. */
	async run(...args) {
		const options = { env: this.env, maxBuffer: MAX_OUTPUT };
		try {
			const { stdout } = await promisify(execFile)(this.binary, [...args, '--json'], options);
			return JSON.parse(stdout);
		} catch (error) {
			throw new Error(`ligature ${args.join(' ')}: ${error.message}\n${error.stdout ?? ''}`);
		}
	}

	/** The node of a chain, as `Chain.connect` takes it. `up` has waited until it answers. */
	node(chain) {
		const { url } = this.endpoints.chains.find(({ name }) => name === chain);
		return { chain, endpoint: url, reachable: async () => {}, whileRunning: (promise) => promise };
	}

	/** Stops it and deletes its folder; returns the names of what was stopped. */
	async down() {
		const { stopped } = await this.run('devnet', 'down');
		process.removeListener('exit', this.stopOnExit);
		rmSync(this.folder, { recursive: true, force: true });
		return stopped;
	}
}
