// SPDX-License-Identifier: Apache-2.0

// The rollup on a chain, read with @polkadot/api and section 11 of docs/protocol.md alone.

import { stringToU8a, u8aConcat, u8aToBn, u8aToHex } from '@polkadot/util';

/** The steps of a block, in their order, by the events that tell of them. */
export const STEPS = ['BlockCommitted', 'BlockProven', 'BlockCertified', 'BlockExecuted'];

/** Reads numbers, highest byte first, and bytes from the front of an array. */
class Reader {
	constructor(bytes) {
		this.bytes = bytes;
	}

	take(length) {
		if (length > this.bytes.length) throw new Error('the header is too short');
		const taken = this.bytes.subarray(0, length);
		this.bytes = this.bytes.subarray(length);
		return taken;
	}

	number(length) {
		return u8aToBn(this.take(length), { isLe: false }).toNumber();
	}

	hex(length) {
		return u8aToHex(this.take(length));
	}

	/** A word stands with its lowest byte first, and is written with the highest first. */
	word() {
		return u8aToHex(this.take(32).slice().reverse());
	}
}

/** The fields of a header's bytes. */
export function decodeHeader(bytes) {
	const reader = new Reader(bytes);
	const header = {
		version: reader.number(1),
		network: reader.number(4),
		chainList: reader.hex(32),
		number: reader.number(8),
		parent: reader.hex(32),
		revertEpoch: reader.number(4),
		oracleEpoch: reader.number(4),
		memberSet: reader.hex(32),
		timestamp: reader.number(8),
		circuits: reader.number(2),
		keys: reader.hex(32),
		joinClass: reader.number(1),
	};
	header.chains = Array.from({ length: reader.number(1) }, () => ({
		chain: reader.number(1),
		sizeClass: reader.number(1),
		oldRoot: reader.word(),
		newRoot: reader.word(),
		oldNext: reader.number(4),
		newNext: reader.number(4),
		feeAccount: reader.number(4),
		dataCommitment: reader.word(),
		dataLength: reader.number(4),
		logCommitment: reader.word(),
		logCount: reader.number(4),
		requests: reader.number(2),
	}));
	if (reader.bytes.length > 0) throw new Error('the header is too long');
	return header;
}

/** The header hash: BLAKE2b-256 of a tag and the bytes. */
export function headerHash(api, bytes) {
	return api.registry.hash(u8aConcat(stringToU8a('ligature/header/1'), bytes)).toHex();
}

/** The bytes of an argument, without the length before them. */
export const content = (bytes) => bytes.toU8a(true);

/**
 * The events of the pallet `rollup` that are steps of blocks, in the blocks of the chain up to `last`: each with the
 * chain's block and extrinsic that it stands in. @polkadot/api calls a field `hash_` that is `hash` on the chain, as all
 * its values have a `hash` of their own.
 */
export async function steps(api, last) {
	const found = [];
	for (let block = 1; block <= last; block++) {
		const hash = await api.rpc.chain.getBlockHash(block);
		for (const { event, phase } of await api.query.system.events.at(hash)) {
			if (event.section !== 'rollup' || !STEPS.includes(event.method)) continue;
			const extrinsic = phase.asApplyExtrinsic.toNumber();
			found.push({ step: event.method, block, extrinsic, fields: event.data });
		}
	}
	return found;
}

/** The call and the signer of an extrinsic. */
export async function extrinsicAt(api, block, place) {
	const hash = await api.rpc.chain.getBlockHash(block);
	const { method, signer } = (await api.rpc.chain.getBlock(hash)).block.extrinsics[place];
	const args = Object.fromEntries(method.meta.args.map(({ name }, n) => [name.toString(), method.args[n]]));
	return { name: `${method.section}.${method.method}`, args, signer: signer.toString() };
}

/** Calls a view function of a pallet by the metadata: @polkadot/api decodes them, and has no method for them. */
export async function view(api, pallet, name, ...args) {
	const { registry } = api;
	const { viewFunctions } = api.runtimeMetadata.asLatest.pallets.find((one) => one.name.toString() === pallet);
	const { id, inputs, output } = viewFunctions.find((one) => one.name.toString() === name);
	const typed = args.map((arg, n) => registry.createType(registry.createLookupType(inputs[n].type), arg));
	// As digits: an array would be taken for bytes with their length before them.
	const input = u8aToHex(u8aConcat(...typed.map((arg) => arg.toU8a())));
	const answer = await api.call.runtimeViewFunction.executeViewFunction(id.toU8a(), input);
	return registry.createType(registry.createLookupType(output), content(answer.asOk));
}
