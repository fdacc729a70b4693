// SPDX-License-Identifier: Apache-2.0

// The part of `scripts/demo` after the build: two chains, two transfers on each, a table.
//
// usage: node demo.js --node FILE [--keep] [--alpha-rpc-port PORT] [--beta-rpc-port PORT]
//
// DEMO_STARTED (seconds since the Unix epoch) is when the whole demo began.

import { parseArgs } from 'node:util';
import { parseUnits } from './src/amount.js';
import { Chain, account, seconds } from './src/chain.js';
import { abandonStage, bold, dim, elapsed, red, stage, table } from './src/console.js';
import { CHAINS, NATIVE } from './src/network.js';
import { NodeProcess } from './src/process.js';

const { values: options } = parseArgs({
	options: {
		node: { type: 'string' },
		keep: { type: 'boolean', default: false },
		'alpha-rpc-port': { type: 'string' },
		'beta-rpc-port': { type: 'string' },
	},
});

/** What is sent on each chain. */
const TRANSFERS = [
	{ chain: 'alpha', from: 'Alice', to: 'Bob', native: '12.5' },
	{ chain: 'alpha', from: 'Alice', to: 'Bob', asset: 1, amount: '250.75' },
	{ chain: 'beta', from: 'Bob', to: 'Charlie', native: '3.25' },
	{ chain: 'beta', from: 'Bob', to: 'Charlie', asset: 2, amount: '0.125' },
];

const started = Number(process.env.DEMO_STARTED ?? Date.now() / 1000);
const nodes = [];
const chains = [];

// Whether a signal ends the demo at once; not while it waits for one.
let interruptible = true;

/**
 * Ends everything that was started, see `NodeProcess.stop`. May be called twice: a signal can come
 * at any time.
 */
async function cleanUp(patience) {
	await Promise.all(chains.splice(0).map((chain) => chain.disconnect()));
	await Promise.all(nodes.splice(0).map((node) => node.stop(patience)));
}

/** Resolves with the signal that asks this program to end. */
const interrupted = new Promise((resolve) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
});

/** Sends one transfer; checks that the receiver has exactly that much more. */
async function send(chain, { from, to, native, asset, amount }) {
	const [sender, receiver] = [account(from), account(to)];
	const decimals = asset ? (await chain.assetMetadata(asset)).decimals : NATIVE.decimals;
	const units = parseUnits(native ?? amount, decimals);
	const balance = () =>
		asset ? chain.assetBalance(asset, receiver) : chain.nativeBalance(receiver);

	const before = await balance();
	const sent = asset
		? await chain.transferAsset(asset, sender, receiver, units)
		: await chain.transferNative(sender, receiver, units);
	if (sent.dispatchError) {
		throw new Error(`${sent.what} on ${chain.name}: ${sent.dispatchError.toString()}`);
	}
	const gained = (await balance()) - before;
	if (gained !== units) {
		throw new Error(`${to} should have ${units} units more on ${chain.name}, but has ${gained}`);
	}
	return [chain.name, sent.what, from, to, sent.amount, sent.block, seconds(sent.finalized)];
}

async function main() {
	await stage('chains', `alpha and beta start (${options.node})`, async () => {
		for (const chain of Object.keys(CHAINS)) {
			const port = options[`${chain}-rpc-port`];
			const rpcPort = port === undefined ? undefined : Number(port);
			nodes.push(await NodeProcess.start({ binary: options.node, chain, rpcPort }));
		}
		chains.push(...(await Promise.all(nodes.map((node) => Chain.connect(node)))));
	});

	await stage('finality', 'both chains finalize a block', () =>
		Promise.all(chains.map((chain) => chain.finalized(1))),
	);

	const rows = await stage('transfers', 'native token and asset on each chain, to finality', async () => {
		const perChain = chains.map(async (chain) => {
			const rows = [];
			for (const transfer of TRANSFERS.filter((transfer) => transfer.chain === chain.name)) {
				rows.push(await send(chain, transfer));
			}
			return rows;
		});
		return (await Promise.all(perChain)).flat();
	});

	const headings = ['chain', 'what', 'from', 'to', 'amount', 'block', 'finalized after s'];
	console.log(`\n${table(headings, rows, ['block', 'finalized after s'])}\n`);

	if (options.keep) {
		for (const { name, node } of chains) console.log(`${bold(name)}  ${node.endpoint}`);
		console.log(
			dim('Polkadot.js Apps: choose Development, Custom, and give one of these addresses.\n') +
				'The chains run until Ctrl-C.',
		);
		interruptible = false;
		await Promise.all(nodes.map((node) => node.whileRunning(interrupted)));
	}

	await stage('stop', 'both chains', () => cleanUp());
	console.log(dim(`everything took ${elapsed(Date.now() / 1000 - started)}`));
}

/** The program's exit status. */
async function run() {
	if (!options.node) throw new Error('--node FILE is missing');
	const finished = main().then(() => 0);
	const status = await Promise.race([finished, interrupted.then(() => interruptible && 130)]);
	if (status === 130) {
		abandonStage();
		console.log('interrupted: stopping the chains');
		await cleanUp(1_000);
	}
	return status === false ? finished : status;
}

try {
	process.exit(await run());
} catch (error) {
	console.error(red(`✗ ${error.message}`));
	for (const node of nodes) {
		console.error(dim(`── the last lines of the log of ${node.chain}`));
		console.error(node.logTail());
	}
	await cleanUp();
	process.exit(1);
}
