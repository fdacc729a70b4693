// SPDX-License-Identifier: Apache-2.0

// A connection to one chain: what it calls itself, its tokens, transfers.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { formatUnits } from './amount.js';
import { CHAINS, NATIVE } from './network.js';

/** The well-known development account `//Name`. */
export function account(name) {
	return new Keyring({ type: 'sr25519', ss58Format: NATIVE.ss58 }).addFromUri(`//${name}`, { name });
}

/** Milliseconds as seconds with one digit. */
export const seconds = (milliseconds) => (milliseconds / 1000).toFixed(1);

/** A chain of the development network, seen through JSON-RPC. */
export class Chain {
	/** Connects to a node; waits until it answers. Refuses a node of another chain. */
	static async connect(node) {
		await node.reachable();
		const provider = new WsProvider(node.endpoint);
		// Without this it says aloud which transaction extensions it does not know.
		const api = new ApiPromise({ provider, noInitWarn: true });
		const chain = new Chain(node, api, provider);
		try {
			await node.whileRunning(api.isReadyOrError);
			const name = (await api.rpc.system.chain()).toString();
			if (name !== CHAINS[node.chain].name) {
				throw new Error(`${node.endpoint} is ${name}, not ${CHAINS[node.chain].name}`);
			}
		} catch (error) {
			await chain.disconnect();
			throw error;
		}
		return chain;
	}

	constructor(node, api, provider) {
		this.node = node;
		this.api = api;
		this.provider = provider;
	}

	get name() {
		return this.node.chain;
	}

	async disconnect() {
		await this.api.disconnect();
	}

	/** Waits until block `number` or a later one is finalized; returns the last finalized number. */
	async finalized(number) {
		let unsubscribe;
		const reached = new Promise((resolve, reject) => {
			this.api.rpc.chain
				.subscribeFinalizedHeads((header) => {
					if (header.number.toNumber() >= number) resolve(header.number.toNumber());
				})
				.then((stop) => (unsubscribe = stop), reject);
		});
		const last = await this.node.whileRunning(reached);
		unsubscribe?.();
		return last;
	}

	/** Waits until another block is the best one. */
	async nextBlock() {
		let unsubscribe;
		const first = (await this.api.rpc.chain.getHeader()).number.toNumber();
		const come = new Promise((resolve, reject) => {
			this.api.rpc.chain
				.subscribeNewHeads((header) => header.number.toNumber() > first && resolve())
				.then((stop) => (unsubscribe = stop), reject);
		});
		await this.node.whileRunning(come);
		unsubscribe?.();
	}

	/** Free balance of the native token, in units. */
	async nativeBalance(who) {
		const { data } = await this.api.query.system.account(who.address);
		return data.free.toBigInt();
	}

	/** Balance of an asset, in units. */
	async assetBalance(id, who) {
		const entry = await this.api.query.assets.account(id, who.address);
		return entry.isSome ? entry.unwrap().balance.toBigInt() : 0n;
	}

	/** The asset's metadata as the chain has it. */
	async assetMetadata(id) {
		const { name, symbol, decimals } = await this.api.query.assets.metadata(id);
		return { id, name: name.toUtf8(), symbol: symbol.toUtf8(), decimals: decimals.toNumber() };
	}

	/** The native token as the chain presents it. */
	native() {
		const { chainTokens, chainDecimals, chainSS58 } = this.api.registry;
		return { symbol: chainTokens[0], decimals: chainDecimals[0], ss58: chainSS58 };
	}

	/** Sends native tokens; see [`submit`]. `units` is a bigint. */
	async transferNative(from, to, units) {
		const { symbol, decimals } = this.native();
		return {
			what: 'balances.transferKeepAlive',
			amount: `${formatUnits(units, decimals)} ${symbol}`,
			...(await this.submit(this.api.tx.balances.transferKeepAlive(to.address, units), from)),
		};
	}

	/** Sends an asset; see [`submit`]. `units` is a bigint. */
	async transferAsset(id, from, to, units) {
		const { symbol, decimals } = await this.assetMetadata(id);
		return {
			what: 'assets.transferKeepAlive',
			amount: `${formatUnits(units, decimals)} ${symbol}`,
			...(await this.submit(this.api.tx.assets.transferKeepAlive(id, to.address, units), from)),
		};
	}

	/** Hands a signed extrinsic (bytes as hex) to the chain's pool; throws if it is not taken. */
	async submitSigned(hex) {
		return this.provider.send('author_submitExtrinsic', [hex]);
	}

	/**
	 * Signs and sends an extrinsic, waits until its block is finalized. Returns the block's number,
	 * the milliseconds to inclusion and finality, the decoded events, and the dispatch error if
	 * the call failed; throws if the chain does not take the extrinsic. `options` are those of the
	 * signature: nonce, tip.
	 */
	async submit(extrinsic, signer, options = { nonce: -1 }) {
		const start = Date.now();
		let included;
		const result = await this.node.whileRunning(
			new Promise((resolve, reject) => {
				extrinsic
					.signAndSend(signer, options, (update) => {
						if (update.status.isInBlock) included ??= Date.now() - start;
						if (update.status.isFinalized) resolve(update);
						else if (update.isError) reject(new Error(`extrinsic ${update.status.type}`));
					})
					.catch(reject);
			}),
		);
		return {
			block: result.blockNumber.toNumber(),
			hash: result.status.asFinalized.toHex(),
			included,
			finalized: Date.now() - start,
			events: result.events.map(({ event }) => event),
			dispatchError: result.dispatchError,
		};
	}
}
