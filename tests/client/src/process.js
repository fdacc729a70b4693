// SPDX-License-Identifier: Apache-2.0

// Node processes: start one chain of the development network on loopback, stop it, read its log.

import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHAINS } from './network.js';

/** Milliseconds that a node has to end after SIGINT, before it is killed. */
const PATIENCE = 10_000;

/** Milliseconds between two looks whether a node listens already. */
const POLL_INTERVAL = 100;

/** A port of the loopback interface that nobody listens on now. */
async function freePort() {
	const server = createServer();
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address();
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** Whether somebody listens on a port of the loopback interface. */
function listens(port) {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		const end = (answer) => {
			socket.destroy();
			resolve(answer);
		};
		socket.once('connect', () => end(true));
		socket.once('error', () => end(false));
	});
}

/** One running chain: a single validator with a database in a temporary folder. */
export class NodeProcess {
	/** Starts the validator of `chain`; `rpcPort` is a free one unless given. */
	static async start({ binary, chain, rpcPort }) {
		if (rpcPort !== undefined && (await listens(rpcPort))) {
			throw new Error(`port ${rpcPort} for ${chain} is taken: choose another`);
		}
		return new NodeProcess(binary, chain, rpcPort ?? (await freePort()));
	}

	constructor(binary, chain, rpcPort) {
		this.chain = chain;
		this.rpcPort = rpcPort;
		this.endpoint = `ws://127.0.0.1:${rpcPort}`;
		this.folder = mkdtempSync(join(tmpdir(), `ligature-${chain}-`));
		this.log = join(this.folder, 'node.log');
		const output = openSync(this.log, 'w');
		// A process group of its own: Ctrl-C on the terminal reaches this program, which stops the
		// node in order.
		this.child = spawn(
			binary,
			[
				`--chain=${chain}`,
				`--${CHAINS[chain].validator}`,
				`--base-path=${join(this.folder, 'data')}`,
				`--rpc-port=${rpcPort}`,
				// The chain lives as long as this process: no other node has to recognise it.
				'--unsafe-force-node-key-generation',
				'--listen-addr=/ip4/127.0.0.1/tcp/0',
				'--no-mdns',
				'--no-prometheus',
				'--no-telemetry',
			],
			{ stdio: ['ignore', output, output], detached: true },
		);
		closeSync(output);
		/** Resolves with the reason when the process has ended. */
		this.ended = new Promise((resolve) => {
			this.child.once('error', (error) => resolve(`cannot be started: ${error.message}`));
			this.child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
		});
		this.killOnExit = () => this.child.kill('SIGKILL');
		process.once('exit', this.killOnExit);
	}

	/** Waits until JSON-RPC can be reached. */
	async reachable() {
		while (!(await this.whileRunning(listens(this.rpcPort)))) {
			await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
		}
	}

	/** The last lines of the log. */
	logTail(lines = 25) {
		return readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
	}

	/** Waits for `promise`, but not longer than the process lives. */
	async whileRunning(promise) {
		return Promise.race([
			promise,
			this.ended.then((reason) => {
				throw new Error(`the node of ${this.chain} ${reason}`);
			}),
		]);
	}

	/**
	 * Ends the process, deletes its folder. Returns what it ended with. A node that is still starting
	 * does not listen to SIGINT: then it is killed after `patience` milliseconds.
	 */
	async stop(patience = PATIENCE) {
		this.child.kill('SIGINT');
		const timer = setTimeout(() => this.child.kill('SIGKILL'), patience);
		const reason = await this.ended;
		clearTimeout(timer);
		process.removeListener('exit', this.killOnExit);
		rmSync(this.folder, { recursive: true, force: true });
		return reason;
	}
}
