// SPDX-License-Identifier: Apache-2.0

// The two chains, running while the tests of one file run.

import { after, before } from 'node:test';
import { Chain } from '../src/chain.js';
import { CHAINS } from '../src/network.js';
import { NodeProcess } from '../src/process.js';

/** Milliseconds that starting a chain, or taking a transaction to finality, may last at most. */
export const TIMEOUT = 120_000;

/**
 * Starts alpha and beta before the tests of the file, stops them after. Returns an object that
 * holds the connections by name once the tests run. LIGATURE_NODE names the node's binary.
 */
export function runningChains() {
	const binary = process.env.LIGATURE_NODE;
	if (!binary) throw new Error('LIGATURE_NODE is not set: the path of the ligature-node to test');
	const chains = {};
	const nodes = [];

	before(
		async () => {
			for (const chain of Object.keys(CHAINS)) {
				nodes.push(await NodeProcess.start({ binary, chain }));
			}
			try {
				for (const node of nodes) chains[node.chain] = await Chain.connect(node);
			} catch (error) {
				for (const node of nodes) console.error(`── ${node.chain}\n${node.logTail()}`);
				throw error;
			}
		},
		{ timeout: TIMEOUT },
	);

	after(async () => {
		for (const chain of Object.values(chains)) await chain.disconnect();
		for (const node of nodes) await node.stop();
	});

	return chains;
}
