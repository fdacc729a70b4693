// SPDX-License-Identifier: Apache-2.0

// What a wallet sends: transfers to finality, and transactions that must be refused.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { u8aToHex } from '@polkadot/util';
import { account } from '../src/chain.js';
import { CHAINS, NATIVE } from '../src/network.js';
import { TIMEOUT, runningChains } from './support.js';

const chains = runningChains();
const [alice, bob] = [account('Alice'), account('Bob')];
const LIG = 10n ** BigInt(NATIVE.decimals);

/** The single event `section.method` among `events`. */
function only(events, section, method) {
	const found = events.filter((event) => event.section === section && event.method === method);
	assert.equal(found.length, 1, `one ${section}.${method} among ${events.map((e) => e.method)}`);
	return found[0];
}

/** The error with which the chain refuses to take an extrinsic. */
async function refusal(submission) {
	try {
		await submission;
	} catch (error) {
		return error;
	}
	return assert.fail('the extrinsic was taken');
}

// The two chains side by side; on each one transaction after the other.
describe('transactions', { concurrency: true }, () => {
	for (const [name, { assets }] of Object.entries(CHAINS)) {
		describe(name, { concurrency: false, timeout: TIMEOUT }, () => {
			test('a transfer of the native token is included, finalized, and its events decode', async () => {
				const chain = chains[name];
				const amount = (3n * LIG) / 2n;
				const before = { alice: await chain.nativeBalance(alice), bob: await chain.nativeBalance(bob) };

				const sent = await chain.transferNative(alice, bob, amount);

				assert.equal(sent.dispatchError, undefined);
				assert.equal(sent.amount, '1.5 LIG');
				const transfer = only(sent.events, 'balances', 'Transfer').data;
				assert.equal(transfer.from.toString(), alice.address);
				assert.equal(transfer.to.toString(), bob.address);
				assert.equal(transfer.amount.toBigInt(), amount);
				only(sent.events, 'system', 'ExtrinsicSuccess');

				const fee = only(sent.events, 'transactionPayment', 'TransactionFeePaid').data;
				assert.equal(fee.who.toString(), alice.address);
				const paid = fee.actualFee.toBigInt() + fee.tip.toBigInt();
				assert.ok(paid > 0n);
				assert.equal(await chain.nativeBalance(bob), before.bob + amount);
				assert.equal(await chain.nativeBalance(alice), before.alice - amount - paid);

				// Final: the canonical block of that height is the one that was reported.
				const head = await chain.api.rpc.chain.getFinalizedHead();
				const { number } = await chain.api.rpc.chain.getHeader(head);
				assert.ok(number.toNumber() >= sent.block);
				assert.equal((await chain.api.rpc.chain.getBlockHash(sent.block)).toHex(), sent.hash);
			});

			for (const { id, symbol, decimals } of assets) {
				test(`a transfer of ${symbol} is included, finalized, and its events decode`, async () => {
					const chain = chains[name];
					const amount = 25n * 10n ** BigInt(decimals - 1);
					const before = await chain.assetBalance(id, bob);

					const sent = await chain.transferAsset(id, alice, bob, amount);

					assert.equal(sent.dispatchError, undefined);
					assert.equal(sent.amount, `2.5 ${symbol}`);
					const transfer = only(sent.events, 'assets', 'Transferred').data;
					assert.equal(transfer.assetId.toNumber(), id);
					assert.equal(transfer.from.toString(), alice.address);
					assert.equal(transfer.to.toString(), bob.address);
					assert.equal(transfer.amount.toBigInt(), amount);
					assert.equal(await chain.assetBalance(id, bob), before + amount);
				});
			}

			test('a transfer of more than the sender has fails and moves nothing', async () => {
				const chain = chains[name];
				const before = await chain.nativeBalance(bob);
				const excess = (await chain.nativeBalance(alice)) + LIG;

				const sent = await chain.transferNative(alice, bob, excess);

				assert.ok(sent.dispatchError?.isToken, sent.dispatchError?.toString());
				assert.equal(sent.dispatchError.asToken.type, 'FundsUnavailable');
				only(sent.events, 'system', 'ExtrinsicFailed');
				assert.equal(await chain.nativeBalance(bob), before);
			});

			test('a transfer of more of an asset than the sender has fails and moves nothing', async () => {
				const chain = chains[name];
				const [{ id }] = assets;
				const before = await chain.assetBalance(id, bob);
				const excess = (await chain.assetBalance(id, alice)) + 1n;

				const sent = await chain.transferAsset(id, alice, bob, excess);

				assert.ok(sent.dispatchError?.isModule, sent.dispatchError?.toString());
				const { section, name: error } = chain.api.registry.findMetaError(sent.dispatchError.asModule);
				assert.deepEqual([section, error], ['assets', 'BalanceLow']);
				assert.equal(await chain.assetBalance(id, bob), before);
			});

			test('a signature with one bit flipped is refused', async () => {
				const { api } = chains[name];
				const signed = await api.tx.balances
					.transferKeepAlive(bob.address, LIG)
					.signAsync(alice, { nonce: -1 });
				const bytes = signed.toU8a();
				// The signature is what the extrinsic holds between the signer and the extensions.
				const signature = signed.signature.toU8a();
				const at = bytes.findIndex((_, i) => signature.every((byte, j) => bytes[i + j] === byte));
				assert.ok(at > 0, 'the signature stands in the bytes');
				bytes[at + 7] ^= 1;

				const error = await refusal(chains[name].submitSigned(u8aToHex(bytes)));

				assert.equal(error.code, 1010);
				assert.match(error.message, /bad signature/);
			});

			test('a used nonce is refused', async () => {
				const { api } = chains[name];
				await chains[name].transferNative(alice, bob, LIG);
				const replay = await api.tx.balances
					.transferKeepAlive(bob.address, LIG)
					.signAsync(alice, { nonce: 0 });

				const error = await refusal(chains[name].submitSigned(replay.toHex()));

				assert.equal(error.code, 1010);
				assert.match(error.message, /outdated/);
			});

			test('a transaction takes the place of another one with its nonce for a tip, and for nothing less', async () => {
				const chain = chains[name];
				const { api } = chain;
				const charlie = account('Charlie');
				const nonce = await api.rpc.system.accountNextIndex(charlie.address);
				const transfer = () => api.tx.balances.transferKeepAlive(bob.address, LIG);
				const sign = async (options) => (await transfer().signAsync(charlie, { nonce, ...options })).toHex();
				const first = await sign({ tip: 0 });
				// The same but for its lifetime.
				const again = await sign({ tip: 0, era: 128 });
				// Right after a block there is time until the next.
				await chain.nextBlock();
				await chain.submitSigned(first);

				const error = await refusal(chain.submitSigned(again));
				assert.equal(error.code, 1014);
				assert.match(error.message, /Priority is too low/);

				const sent = await chain.submit(transfer(), charlie, { nonce, tip: 1 });
				const fee = only(sent.events, 'transactionPayment', 'TransactionFeePaid').data;
				assert.equal(fee.tip.toBigInt(), 1n);
				const next = await api.rpc.system.accountNextIndex(charlie.address);
				assert.equal(next.toNumber(), nonce.toNumber() + 1);
			});

			test('a sender without funds for the fee is refused', async () => {
				const { api } = chains[name];
				const poor = account('nobody has sent anything here');
				const signed = await api.tx.system.remark('0x00').signAsync(poor, { nonce: 0 });

				const error = await refusal(chains[name].submitSigned(signed.toHex()));

				assert.equal(error.code, 1010);
				assert.match(error.message, /Inability to pay some fees/);
			});
		});
	}
});

test('a transaction signed for one chain is refused by the other', async () => {
	const signed = await chains.alpha.api.tx.balances
		.transferKeepAlive(bob.address, LIG)
		.signAsync(account('Dave'), { nonce: 0 });

	const error = await refusal(chains.beta.submitSigned(signed.toHex()));

	assert.equal(error.code, 1010);
	assert.match(error.message, /bad signature/);
});
