// SPDX-License-Identifier: Apache-2.0

// What a wallet learns of the rollup from the chains alone: a network runs, somebody deposits, makes a pool, trades;
// then @polkadot/api reads blocks, events and pools, and has to find what the operator says.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseUnits } from '../src/amount.js';
import { Chain, account } from '../src/chain.js';
import { Devnet } from '../src/devnet.js';
import { CHAINS } from '../src/network.js';
import { STEPS, content, decodeHeader, extrinsicAt, headerHash, steps, view } from '../src/rollup.js';

/** Milliseconds until the network runs and all trades are executed; the proofs take most of it. */
const TIMEOUT = 600_000;

/** What the accounts trade, and the pool's fee in hundredths of a percent. */
const [SIDE0, SIDE1, FEE] = ['USDT@alpha', 'WETH@beta', 30];

const EVE = ['--suri', '//Eve'];
const FERDIE = ['--suri', '//Ferdie'];

let devnet;
/** Per chain: the connection, its number in the network, and the steps of the rollup's blocks there. */
const seen = {};
/** What the operator says. */
const said = {};

/** Everything that is read is final and the same for all tests: nobody trades any more. */
before(
	async () => {
		devnet = await Devnet.up();
		// One account on one chain sends one thing at a time.
		await Promise.all([
			devnet.run('deposit', '500', SIDE0, ...EVE),
			devnet.run('deposit', '0.5', SIDE1, ...EVE),
			devnet.run('pool', 'create', SIDE0, SIDE1, ...FERDIE),
		]);
		await devnet.run('liquidity', 'add', '300', SIDE0, '0.1', SIDE1, '--yes', ...EVE);
		said.swap = await devnet.run('swap', '10', SIDE0, '--for', SIDE1, '--yes', '--watch', ...EVE);
		for (const { id, name } of devnet.endpoints.chains) {
			const chain = await Chain.connect(devnet.node(name));
			seen[name] = { chain, api: chain.api, id };
			const best = (await chain.api.rpc.chain.getHeader()).number.toNumber();
			seen[name].steps = await steps(chain.api, await chain.finalized(best));
		}
		said.blocks = (await devnet.run('blocks', '100')).blocks.sort((a, b) => a.number - b.number);
		said.pools = (await devnet.run('pools')).pools;
	},
	{ timeout: TIMEOUT },
);

after(async () => {
	for (const { chain } of Object.values(seen)) await chain.disconnect();
	const stopped = await devnet?.down();
	if (stopped) assert.ok(stopped.length >= 7, `two nodes, operator, four oracles: ${stopped}`);
});

/** The step `name` of the block `number` on a chain. */
function step({ steps }, name, number) {
	const found = steps.filter((one) => one.step === name && one.fields.number.toNumber() === number);
	assert.equal(found.length, 1, `block ${number} has one ${name}`);
	return found[0];
}

/** The header and the public data of a block, from the extrinsic that its event names. */
async function committed(at, number) {
	const { fields } = step(at, 'BlockCommitted', number);
	const { args } = await extrinsicAt(at.api, fields.block.toNumber(), fields.extrinsic.toNumber());
	return { header: content(args.header), data: content(args.data) };
}

test('the operator has built a block for each step of the trade', () => {
	assert.equal(said.swap.state, 'executed');
	assert.ok(said.blocks.length >= 3, `deposits and pool, liquidity, swap: ${said.blocks.length}`);
	assert.deepEqual(
		said.blocks.map(({ number }) => number),
		said.blocks.map((_, place) => place + 1),
	);
	assert.ok(said.blocks.some(({ joint }) => joint > 0));
});

for (const name of Object.keys(CHAINS)) {
	describe(name, () => {
		test('the steps of every block decode, in their order and with the hash that the operator says', () => {
			assert.equal(seen[name].steps.length, said.blocks.length * STEPS.length);
			for (const { number, hash } of said.blocks) {
				const all = STEPS.map((one) => step(seen[name], one, number));
				for (const { fields } of all) assert.equal(fields.hash_.toHex(), hash);
				const places = all.map(({ block, extrinsic }) => block * 1_000 + extrinsic);
				assert.deepEqual(places, [...places].sort((a, b) => a - b));
				assert.equal(all[3].fields.payments.toNumber(), 0, 'nobody has withdrawn');
			}
		});

		test('a commit stands in the extrinsic that its event names, signed by the operator', async () => {
			for (const { number, hash, timestamp, chains } of said.blocks) {
				const { block, extrinsic, fields } = step(seen[name], 'BlockCommitted', number);
				assert.deepEqual([fields.block.toNumber(), fields.extrinsic.toNumber()], [block, extrinsic]);
				const call = await extrinsicAt(seen[name].api, block, extrinsic);
				assert.deepEqual([call.name, call.signer], ['rollup.commitBlock', account('Alice').address]);
				const { header, data } = await committed(seen[name], number);
				assert.equal(headerHash(seen[name].api, header), hash);
				const decoded = decodeHeader(header);
				assert.deepEqual([decoded.version, decoded.number, decoded.timestamp], [1, number, timestamp]);
				assert.equal(decoded.parent, said.blocks[number - 2]?.hash ?? decoded.parent);
				for (const [place, { chain, root, dataLength, requests }] of chains.entries()) {
					const part = decoded.chains[place];
					assert.deepEqual([part.chain, part.newRoot, part.dataLength, part.requests], [chain, root, dataLength, requests]);
				}
				assert.equal(data.length, decoded.chains[seen[name].id - 1].dataLength);
			}
		});

		test('progress, stored blocks and the runtime API agree with the events', async () => {
			const { api } = seen[name];
			const last = said.blocks.length;
			const progress = (await api.query.rollup.progress()).toJSON();
			assert.deepEqual(progress, { committed: last, proven: last, certified: last, executed: last });
			const status = await api.call.rollupApi.status();
			assert.deepEqual(status.counters.toJSON(), progress);
			assert.equal(status.queue.executed.toNumber(), status.queue.next.toNumber());
			for (const { number, hash } of said.blocks) {
				const stored = (await api.query.rollup.blocks(number)).unwrap();
				assert.equal(stored.hash_.toHex(), hash);
				assert.deepEqual(content(stored.header), (await committed(seen[name], number)).header);
				assert.equal(stored.committedAt.toNumber(), step(seen[name], 'BlockCommitted', number).block);
				assert.equal(
					stored.certifiedAt.unwrap().toNumber(),
					step(seen[name], 'BlockCertified', number).block,
				);
				const found = (await api.call.rollupApi.blockStatus(number)).unwrap();
				assert.deepEqual([found.stage.type, found.refused.isTrue], ['Executed', false]);
				assert.equal(found.hash_.toHex(), hash);
			}
			assert.ok((await api.query.rollup.blocks(last + 1)).isNone);
		});

		test('the pool has both reserves and the price that the operator says', async () => {
			const { api, id } = seen[name];
			assert.equal(said.pools.length, 1);
			const [{ reserve0, reserve1, price }] = said.pools;
			const reserves = [reserve0, reserve1].map(({ units }) => BigInt(units));
			const stored = await api.query.amm.pools.entries();
			assert.equal(stored.length, 1);
			const [[key, entry]] = stored;
			const slot = key.args[0];
			const pool = entry.unwrap();
			const { chain0, token0, chain1, token1, feeBps } = pool.params.toJSON();
			assert.deepEqual(
				[chain0, token0, chain1, token1, feeBps],
				[reserve0.chain, reserve0.token, reserve1.chain, reserve1.token, FEE],
			);
			assert.deepEqual([chain0, chain1], [1, 2]);
			assert.equal(pool.creator.toString(), account('Ferdie').address);

			// The side of this chain lies in its own state; the foreign reserve was proven with it.
			const { own, foreign, block } = pool.status.asLive;
			const ordered = id === chain0 ? [own, foreign] : [foreign, own];
			assert.equal(pool.side.type, id === chain0 ? 'Zero' : 'One');
			assert.deepEqual(ordered.map((one) => one.toBigInt()), reserves);
			assert.equal(block.toNumber(), said.blocks.length);
			assert.equal(reserves[0], parseUnits('310', reserve0.decimals), 'all that was paid is there');

			assert.deepEqual((await api.call.rollupApi.pool(slot)).unwrap().toJSON(), pool.toJSON());
			const listed = await api.call.rollupApi.pools();
			assert.deepEqual(listed.toJSON(), [[slot.toJSON(), pool.toJSON()]]);
			const viewed = (await view(api, 'Amm', 'reserves', slot)).unwrap();
			assert.deepEqual([...viewed].map((one) => one.toBigInt()), reserves);

			// In smallest units, with 18 decimals; then what one whole token of side 0 is worth, of which the command
			// shows the first digits.
			const one = 10n ** 18n;
			const smallest = (await view(api, 'Amm', 'price', slot)).unwrap().toBigInt();
			assert.equal(smallest, (reserves[1] * one) / reserves[0]);
			const whole = (smallest * 10n ** BigInt(reserve0.decimals)) / 10n ** BigInt(reserve1.decimals);
			const rest = whole - parseUnits(price, 18);
			assert.ok(rest >= 0n && rest * 100_000n < whole, `${price} are the first digits of ${whole}`);
		});
	});
}

test('both chains have taken the same headers', async () => {
	for (const { number } of said.blocks) {
		const [alpha, beta] = await Promise.all(['alpha', 'beta'].map((name) => committed(seen[name], number)));
		assert.deepEqual(alpha.header, beta.header);
	}
});
