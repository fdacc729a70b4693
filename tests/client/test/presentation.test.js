// SPDX-License-Identifier: Apache-2.0

// What a wallet learns when it connects: metadata, constants, tokens, genesis, runtime APIs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Metadata, TypeRegistry } from '@polkadot/types';
import { u8aToHex } from '@polkadot/util';
import { account } from '../src/chain.js';
import { BLOCK_TIME, CHAINS, NATIVE } from '../src/network.js';
import { TIMEOUT, runningChains } from './support.js';

const chains = runningChains();

for (const [name, expected] of Object.entries(CHAINS)) {
	describe(name, { timeout: TIMEOUT }, () => {
		test('names itself and its runtime', async () => {
			const { api } = chains[name];
			assert.equal((await api.rpc.system.chain()).toString(), expected.name);
			assert.equal(api.runtimeVersion.specName.toString(), 'ligature');
			assert.ok(api.runtimeVersion.specVersion.toNumber() >= 1);
			assert.ok((await api.rpc.system.chainType()).isLocal);
		});

		test('metadata decodes in versions 14, 15 and 16', async () => {
			const { api } = chains[name];
			const versions = (await api.call.metadata.metadataVersions()).map((v) => v.toNumber());
			for (const version of [14, 15, 16]) {
				assert.ok(versions.includes(version), `version ${version} is among ${versions}`);
				const opaque = (await api.call.metadata.metadataAtVersion(version)).unwrap();
				const metadata = new Metadata(new TypeRegistry(), opaque.toHex());
				assert.equal(metadata.version, version);
				const pallets = metadata.asLatest.pallets.map((pallet) => pallet.name.toString());
				for (const pallet of [
					'System',
					'Timestamp',
					'Aura',
					'Grandpa',
					'Balances',
					'Assets',
					'TransactionPayment',
					'Utility',
					'Sudo',
				]) {
					assert.ok(pallets.includes(pallet), `${pallet} is among ${pallets}`);
				}
			}
		});

		test('the wallet works with the newest metadata, and knows every type in it', () => {
			const { api } = chains[name];
			assert.equal(api.runtimeMetadata.version, 16);
			const throwIfUnknown = true;
			assert.ok(api.runtimeMetadata.getUniqTypes(throwIfUnknown).length > 0);
		});

		test('constants agree with the documented block time and address type', () => {
			const { api } = chains[name];
			assert.equal(api.consts.aura.slotDuration.toNumber(), BLOCK_TIME);
			assert.equal(api.consts.timestamp.minimumPeriod.toNumber(), BLOCK_TIME / 2);
			assert.equal(api.consts.system.ss58Prefix.toNumber(), NATIVE.ss58);
			assert.ok(api.consts.balances.existentialDeposit.toBigInt() > 0n);
		});

		test('blocks come at the block time', async () => {
			const { api } = chains[name];
			await chains[name].finalized(3);
			const moment = async (number) => {
				const at = await api.at(await api.rpc.chain.getBlockHash(number));
				return (await at.query.timestamp.now()).toNumber();
			};
			// Block 1 may come late; the step from 2 to 3 is a whole number of slots.
			const step = (await moment(3)) - (await moment(2));
			assert.ok(step >= BLOCK_TIME - 500, `${step} ms between blocks`);
			assert.ok(step <= 5 * BLOCK_TIME, `${step} ms between blocks`);
		});

		test('the native token has its symbol, decimals and address type', () => {
			assert.deepEqual(chains[name].native(), NATIVE);
		});

		test('assets have the names, symbols and decimals of the preset, and no others exist', async () => {
			const chain = chains[name];
			const ids = (await chain.api.query.assets.asset.keys()).map(({ args: [id] }) => id.toNumber());
			ids.sort((a, b) => a - b);
			assert.deepEqual(await Promise.all(ids.map((id) => chain.assetMetadata(id))), expected.assets);
		});

		test('development accounts hold the native token and every asset', async () => {
			const chain = chains[name];
			for (const who of ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'].map(account)) {
				const native = 10n ** BigInt(NATIVE.decimals);
				assert.ok((await chain.nativeBalance(who)) >= 1_000n * native, `LIG of ${who.meta.name}`);
				for (const { id, symbol, decimals } of expected.assets) {
					const held = await chain.assetBalance(id, who);
					assert.ok(held >= 1_000n * 10n ** BigInt(decimals), `${symbol} of ${who.meta.name}`);
				}
			}
		});

		test('the validator and the sudo key are those of the preset', async () => {
			const { api } = chains[name];
			const validator = { alice: 'Alice', bob: 'Bob' }[expected.validator];
			const authorities = (await api.query.aura.authorities()).map((key) => key.toHex());
			assert.deepEqual(authorities, [u8aToHex(account(validator).publicKey)]);
			assert.equal((await api.query.sudo.key()).unwrap().toString(), account('Alice').address);
		});

		test('the runtime APIs of a solochain are there', async () => {
			const { api } = chains[name];
			const listed = api.runtimeMetadata.asLatest.apis.map((one) => one.name.toString());
			for (const one of [
				'Core',
				'Metadata',
				'BlockBuilder',
				'TaggedTransactionQueue',
				'OffchainWorkerApi',
				'SessionKeys',
				'AuraApi',
				'GrandpaApi',
				'AccountNonceApi',
				'TransactionPaymentApi',
				'GenesisBuilder',
			]) {
				assert.ok(listed.includes(one), `${one} is among ${listed}`);
			}
			const nonce = await api.call.accountNonceApi.accountNonce(account('Ferdie').address);
			assert.equal(nonce.toNumber(), 0);
			const presets = (await api.call.genesisBuilder.presetNames()).map((id) => id.toString());
			for (const preset of [
				'development',
				'local_testnet',
				'alpha',
				'beta',
				'production_template',
			]) {
				assert.ok(presets.includes(preset), `${preset} is among ${presets}`);
			}
		});
	});
}
